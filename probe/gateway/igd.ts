/** UPnP InternetGatewayDevice: its description, the two questions of it that change nothing, and the two that map ports. */
import ipaddr from 'ipaddr.js';
import { elementContents, elementText } from './xml-text.ts';

export interface ConnectionService {
  readonly type: string;
  /** Absolute, or relative to the description. */
  readonly controlUrl: string;
}

export interface IgdDescription {
  readonly version: number | null;
  readonly device: string | null;
  /** UDA 1.0 §2.1 only; what relative URLs are relative to. */
  readonly urlBase: string | null;
  readonly services: readonly ConnectionService[];
}

/** Of the actions of WANIPConnection and WANPPPConnection, those that only read. */
export type ReadAction = 'GetExternalIPAddress' | 'GetStatusInfo';
export type IgdAction = ReadAction | 'AddPortMapping' | 'DeletePortMapping';
/** By name, in the order of the service's description, which some routers insist on. */
export type ActionArguments = Readonly<Record<string, string>>;

const igdType = /^urn:schemas-upnp-org:device:InternetGatewayDevice:(\d{1,2})$/;
const connectionType = /^urn:schemas-upnp-org:service:WAN(?:IP|PPP)Connection:\d$/;

/** Never throws; what cannot be read is not there. */
export function readDescription(xml: string): IgdDescription {
  const version = elementContents(xml, 'deviceType').flatMap((type) => igdType.exec(type.trim())?.[1] ?? []);
  const services = elementContents(xml, 'service').flatMap((service): ConnectionService[] => {
    const type = elementText(service, 'serviceType') ?? '';
    const controlUrl = elementText(service, 'controlURL') ?? '';
    return connectionType.test(type) && controlUrl !== '' ? [{ type, controlUrl }] : [];
  });
  return {
    version: version[0] === undefined ? null : Number(version[0]),
    device: nameOf(elementText(xml, 'modelName') ?? elementText(xml, 'friendlyName')),
    urlBase: elementText(xml, 'URLBase') || null,
    services,
  };
}

/** Names are shown to people: no control characters, no novels. */
function nameOf(text: string | null): string | null {
  const name = (text ?? '').replace(/[\p{C}\s]+/gu, ' ').trim();
  return name === '' ? null : name.slice(0, 100);
}

/** UDA 1.1 §3.2.1: SOAP 1.1. @param values addresses, numbers and plain words, which XML need not escape */
export function actionBody(
  service: ConnectionService,
  action: IgdAction,
  values: ActionArguments = {},
): string {
  const given = Object.entries(values).map(([name, value]) => `<${name}>${value}</${name}>`);
  return [
    '<?xml version="1.0"?>',
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">',
    `<s:Body><u:${action} xmlns:u="${service.type}">${given.join('')}</u:${action}></s:Body>`,
    '</s:Envelope>',
    '',
  ].join('\r\n');
}

export interface ActionAnswer {
  /** False: whatever came, it was no answer to this action. */
  readonly understood: boolean;
  /** Null: none given, or none that is an address. Routers without one give an empty text or 0.0.0.0. */
  readonly externalAddress: string | null;
  readonly connected: boolean | null;
  /** UPnP’s error code from a SOAP fault; null: no fault. */
  readonly errorCode: number | null;
}

/** Never throws. */
export function readActionAnswer(xml: string, action: IgdAction): ActionAnswer {
  const address = elementText(xml, 'NewExternalIPAddress') ?? '';
  const status = elementText(xml, 'NewConnectionStatus');
  const code = elementText(xml, 'errorCode');
  const usable = ipaddr.IPv4.isValidFourPartDecimal(address) && address !== '0.0.0.0';
  return {
    understood: elementContents(xml, `${action}Response`).length > 0,
    externalAddress: usable ? address : null,
    connected: status === null ? null : status === 'Connected',
    errorCode: code !== null && /^\d{1,4}$/.test(code) ? Number(code) : null,
  };
}
