/** How hosts ask a router of the lab for open ports. */

/** pcp: RFC 6887, and NAT-PMP (RFC 6886) at the same port · upnp: InternetGatewayDevice. */
export const portMappings = ['pcp', 'upnp'] as const;
export type PortMapping = (typeof portMappings)[number];

/** In the environment of clients whose router can be asked: over what, with commas between. */
export const portMappingVariable = 'POLYNYA_LAB_PORT_MAPPING';
