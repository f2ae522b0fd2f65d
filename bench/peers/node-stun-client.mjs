/**
 * Runs the npm package node-stun's own client against HOST PORT and prints its verdict as one JSON line, the last
 * one: `{"mapping","filtering","natType"}` in its own words. It logs to stdout itself before that.
 */
import stun from 'node-stun';

const [host, port] = process.argv.slice(2);
const client = stun.createClient();
client.setServerAddr(host, Number(port));
client.start((result) => {
  const verdict = {
    result,
    mapping: client.getNB(),
    filtering: client.getEF(),
    natType: client.getNatType(),
  };
  client.close(() => console.log(JSON.stringify(verdict)));
});
