/** Client Info PDUs, [MS-RDPBCGR] 2.2.1.11. */

/** The packet dumped in [MS-RDPBCGR] 4.1.10, up to performanceFlags: a client of RDP 5.1, which sends no more. */
export const pacificClient = `
  09040904 // codePage
  b3430000 // flags: mouse, no Ctrl+Alt+Del, Unicode, maximised shell, compression
  0a00 // cbDomain
  0c00 // cbUserName
  0000 // cbPassword
  0000 // cbAlternateShell
  0000 // cbWorkingDir
  4e0054004400450056000000 // Domain: "NTDEV", and a NUL that is not counted
  65006c0074006f006e0073000000 // UserName: "eltons"
  0000 // Password: none
  0000 // AlternateShell
  0000 // WorkingDir
  0200 // clientAddressFamily: AF_INET
  1e00 // cbClientAddress, the NUL counted
  3100350037002e00350039002e003200340032002e003100350036000000 // clientAddress: "157.59.242.156"
  8400 // cbClientDir
  43003a005c006400650070006f00740073005c00770032006b0033005f0031005c007400650072006d00730072007600 // clientDir: where mstscax.dll lay
  5c006e006500770063006c00690065006e0074005c006c00690062005c00770069006e00330032005c006f0062006a00
  5c0069003300380036005c006d007300740073006300610078002e0064006c006c000000
  e0010000 // clientTimeZone.Bias: 480
  500061006300690066006900630020005300740061006e0064006100720064002000540069006d006500000000000000 // StandardName: "Pacific Standard Time"
  00000000000000000000000000000000
  00000a00000005000200000000000000 // StandardDate: last Sunday of October, 2:00
  00000000 // StandardBias
  500061006300690066006900630020004400610079006c0069006700680074002000540069006d006500000000000000 // DaylightName
  00000000000000000000000000000000
  00000400000001000200000000000000 // DaylightDate: first Sunday of April, 2:00
  c4ffffff // DaylightBias: -60
  00000000 // clientSessionId
  01000000 // performanceFlags: no wallpaper`;
