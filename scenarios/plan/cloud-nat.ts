/** The one-to-one NAT of clouds: one public address for one private host, all ports, both directions. */
export interface CloudNat {
  readonly publicAddress: string;
  readonly privateAddress: string;
  /** RFC 4787 s6: what the host sends to its own public address comes back to it. */
  readonly hairpin: boolean;
  /** The router's device towards the host. */
  readonly inner: string;
}

/** The nftables text for the router in front of the host. */
export function cloudNatRules({ publicAddress, privateAddress, hairpin, inner }: CloudNat): string {
  const noHairpin = hairpin ? '' : `    iifname "${inner}" ip daddr ${publicAddress} drop\n`;
  return `table ip polynya_cloud {
  chain filter {
    type filter hook prerouting priority -150; policy accept
${noHairpin}  }
  chain inward {
    type nat hook prerouting priority dstnat
    ip daddr ${publicAddress} dnat to ${privateAddress}
  }
  chain outward {
    type nat hook postrouting priority srcnat
    ip saddr ${privateAddress} snat to ${publicAddress}
  }
}
`;
}
