/** A row: errorInfo, its name in [MS-RDPBCGR] 2.2.5.1.1 without ERRINFO_, and what it says, one clause for people. */
export type ErrorInfoRow = readonly [code: number, name: string, sentence: string];

/** Protocol-independent codes. */
export const sessionErrors: readonly ErrorInfoRow[] = [
  [0x0001, 'RPC_INITIATED_DISCONNECT', 'an administrator disconnected the session from elsewhere'],
  [0x0002, 'RPC_INITIATED_LOGOFF', 'an administrator logged the session off from elsewhere'],
  [0x0003, 'IDLE_TIMEOUT', 'the session was idle for longer than the host allows'],
  [0x0004, 'LOGON_TIMEOUT', 'the session, or its logon, took longer than the host allows'],
  [0x0005, 'DISCONNECTED_BY_OTHERCONNECTION', 'somebody else connected to the session'],
  [0x0006, 'OUT_OF_MEMORY', 'the host is out of memory'],
  [0x0007, 'SERVER_DENIED_CONNECTION', 'the host denied the connection; its Remote Desktop settings or a policy forbid it'],
  [0x0009, 'SERVER_INSUFFICIENT_PRIVILEGES', 'the account may not log on remotely; add it to Remote Desktop Users on the host'],
  [0x000a, 'SERVER_FRESH_CREDENTIALS_REQUIRED', 'the host does not take saved credentials, a person has to type them'],
  [0x000b, 'RPC_INITIATED_DISCONNECT_BYUSER', 'the session was disconnected from within'],
  [0x000c, 'LOGOFF_BY_USER', 'the user logged off'],
  [0x000f, 'CLOSE_STACK_ON_DRIVER_NOT_READY', "the session's display driver did not start in time"],
  [0x0010, 'SERVER_DWM_CRASH', "the session's window manager crashed"],
  [0x0011, 'CLOSE_STACK_ON_DRIVER_FAILURE', "the session's display driver could not start"],
  [0x0012, 'CLOSE_STACK_ON_DRIVER_IFACE_FAILURE', "the session's display driver started and cannot be used"],
  [0x0017, 'SERVER_WINLOGON_CRASH', "the session's winlogon crashed"],
  [0x0018, 'SERVER_CSRSS_CRASH', "the session's csrss crashed"],
  [0x0019, 'SERVER_SHUTDOWN', 'the host is shutting down'],
  [0x001a, 'SERVER_REBOOT', 'the host is restarting'],
];
/** Licensing codes. */
export const licenseErrors: readonly ErrorInfoRow[] = [
  [0x0100, 'LICENSE_INTERNAL', "the host's licensing component failed"],
  [0x0101, 'LICENSE_NO_LICENSE_SERVER', 'the host found no licence server'],
  [0x0102, 'LICENSE_NO_LICENSE', 'no client access licence is left for the host'],
  [0x0103, 'LICENSE_BAD_CLIENT_MSG', 'the host did not understand a licensing message'],
  [0x0104, 'LICENSE_HWID_DOESNT_MATCH_LICENSE', "the client's licence belongs to another device"],
  [0x0105, 'LICENSE_BAD_CLIENT_LICENSE', "the client's licence is malformed"],
  [0x0106, 'LICENSE_CANT_FINISH_PROTOCOL', 'the network broke off the licensing exchange'],
  [0x0107, 'LICENSE_CLIENT_ENDED_PROTOCOL', 'the client broke off the licensing exchange'],
  [0x0108, 'LICENSE_BAD_CLIENT_ENCRYPTION', 'a licensing message was wrongly encrypted'],
  [0x0109, 'LICENSE_CANT_UPGRADE_LICENSE', "the client's licence could not be renewed"],
  [0x010a, 'LICENSE_NO_REMOTE_CONNECTIONS', 'the host has no licence for remote connections'],
];
/** Codes of the Connection Broker. */
export const brokerErrors: readonly ErrorInfoRow[] = [
  [0x0400, 'CB_DESTINATION_NOT_FOUND', 'the broker did not find the host'],
  [0x0402, 'CB_LOADING_DESTINATION', 'the host is leaving the broker'],
  [0x0404, 'CB_REDIRECTING_TO_DESTINATION', 'the broker could not send the client on to the host'],
  [0x0405, 'CB_SESSION_ONLINE_VM_WAKE', 'the virtual machine could not be woken'],
  [0x0406, 'CB_SESSION_ONLINE_VM_BOOT', 'the virtual machine could not be started'],
  [0x0407, 'CB_SESSION_ONLINE_VM_NO_DNS', 'the virtual machine has no known address'],
  [0x0408, 'CB_DESTINATION_POOL_NOT_FREE', "no host of the broker's pool is free"],
  [0x0409, 'CB_CONNECTION_CANCELLED', 'the broker cancelled the connection'],
  [0x0410, 'CB_CONNECTION_ERROR_INVALID_SETTINGS', 'the broker does not accept the routing token'],
  [0x0411, 'CB_SESSION_ONLINE_VM_BOOT_TIMEOUT', 'the virtual machine did not start in time'],
  [0x0412, 'CB_SESSION_ONLINE_VM_SESSMON_FAILED', "the virtual machine's start could not be watched"],
];
