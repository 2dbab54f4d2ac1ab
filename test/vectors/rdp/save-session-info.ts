/** Save Session Info PDU Data behind its Share Data Header, [MS-RDPBCGR] 2.2.10.1.1. */

/** INFOTYPE_LOGON: TS_LOGON_INFO. User and domain are those of the captures in section 4. */
export const logon = `
  00000000 // infoType
  0c000000 // cbDomain: 12
  4e0054004400450056000000 // Domain: "NTDEV"
  00000000000000000000000000000000000000000000000000000000000000000000000000000000 // the rest of its 52 octets
  0e000000 // cbUserName: 14
  65006c0074006f006e0073000000 // UserName: "eltons"
  ${'00'.repeat(498)} // the rest of its 512 octets
  02000000 // SessionId: 2`;

/** INFOTYPE_LOGON_LONG: TS_LOGON_INFO_VERSION_2. */
export const logonLong = `
  01000000 // infoType
  0100 // Version
  12000000 // Size: 18, without the pad
  02000000 // SessionId: 2
  0c000000 // cbDomain: 12
  0e000000 // cbUserName: 14
  ${'00'.repeat(558)} // Pad
  4e0054004400450056000000 // Domain: "NTDEV"
  65006c0074006f006e0073000000 // UserName: "eltons"`;

/** INFOTYPE_LOGON_PLAINNOTIFY. */
export const plainNotify = `
  02000000 // infoType
  ${'00'.repeat(576)} // Pad`;

/** INFOTYPE_LOGON_EXTENDED_INFO: an auto-reconnect cookie and a logon error. */
export const extendedInfo = `
  03000000 // infoType
  3200 // Length: 50
  03000000 // FieldsPresent: both
  1c000000 // cbFieldData: 28
  1c000000 // cbLen: 28
  01000000 // Version: 1
  02000000 // LogonId: 2
  a802e725e24c82b752a553503498a1a8 // ArcRandomBits
  08000000 // cbFieldData: 8
  faffffff // ErrorNotificationType: LOGON_MSG_NO_PERMISSION
  02000000 // ErrorNotificationData: LOGON_FAILED_OTHER
  ${'00'.repeat(570)} // Pad`;
