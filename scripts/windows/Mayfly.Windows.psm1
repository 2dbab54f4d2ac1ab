#Requires -Version 5.1
<#
.SYNOPSIS
What the scripts of Mayfly for Windows share: settings of the machine, services, tools, and the record that -Undo reads.

.DESCRIPTION
Everything here works in Windows PowerShell 5.1 and PowerShell 7, in a 32-bit host as well as in a 64-bit one. Nothing asks, nothing is
fetched, and no text is run as a command. Functions that write do so at once: whether it is wanted (-WhatIf, -Confirm) is the business of the
script that calls, for a module does not see the preferences of its caller.

.NOTES
The file is ASCII: Windows PowerShell 5.1 reads a file without a byte order mark in the ANSI code page.
#>
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$RdpTcp = 'SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp'
$TerminalPolicy = 'SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services'
# The name has brackets: no cmdlet that expands wildcards may see it.
$PivCard = 'SOFTWARE\Microsoft\Cryptography\Calais\SmartCards\Identity Device (NIST SP 800-73 [PIV])'

# What Enable-MayflyHost.ps1 sets, and -Undo may restore: nothing else, whatever a record says.
# RDP-Tcp and its policies: ADMX TerminalServer (TS_PASSWORD, TS_SECURITY_LAYER); Win32_TSGeneralSetting for the meaning of SecurityLayer.
# Calais: learn.microsoft.com/windows-hardware/drivers/smartcard/minidriver-registration. No ATR is written: Windows finds a PIV card by its
# application ("Discovery Process" of the same documentation) and takes the driver from this entry.
$HostValues = @(
    @{
        Check = 'host-password-prompt'; Key = $RdpTcp; Name = 'fPromptForPassword'; Type = 'DWord'; Data = 0
        PolicyKey = $TerminalPolicy; Policy = 'Always prompt for password upon connection'
    }
    @{
        Check = 'host-security-layer'; Key = $RdpTcp; Name = 'SecurityLayer'; Type = 'DWord'; Data = 2
        PolicyKey = $TerminalPolicy; Policy = 'Require use of specific security layer for remote (RDP) connections'
    }
    @{ Check = 'host-piv-driver'; Key = $PivCard; Name = '80000001'; Type = 'String'; Data = 'msclmd.dll'; PolicyKey = ''; Policy = '' }
    @{
        Check = 'host-piv-driver'; Key = $PivCard; Name = 'Crypto Provider'; Type = 'String'
        Data = 'Microsoft Base Smart Card Crypto Provider'; PolicyKey = ''; Policy = ''
    }
    @{
        Check = 'host-piv-driver'; Key = $PivCard; Name = 'Smart Card Key Storage Provider'; Type = 'String'
        Data = 'Microsoft Smart Card Key Storage Provider'; PolicyKey = ''; Policy = ''
    }
)

function Assert-MayflyWindows {
    <#
    .SYNOPSIS
    Refuses to go on where there is no Windows, or where it keeps scripts from what these need.
    .EXAMPLE
    Assert-MayflyWindows
    #>
    [CmdletBinding()]
    param()
    # First, and by nothing that such a mode forbids: otherwise the first method that is called would fail without a reason.
    if ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') {
        throw 'PowerShell runs in a constrained language mode: allow these scripts in App Control (WDAC) or AppLocker, signed by you'
    }
    if ([System.Environment]::OSVersion.Platform -ne [System.PlatformID]::Win32NT) {
        throw 'this script prepares a Windows machine: run it on one'
    }
}

function Get-MayflyHostValue {
    <#
    .SYNOPSIS
    The values of the registry that a host must have, as hashtables: Check, Key, Name, Type, Data, PolicyKey, Policy.
    .EXAMPLE
    Get-MayflyHostValue | ForEach-Object { $_.Name }
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param()
    $HostValues
}

function Open-MachineKey {
    <#
    .SYNOPSIS
    Opens a key below HKEY_LOCAL_MACHINE, in the 64-bit view also from a 32-bit host (Intune runs one); nothing if it is absent.
    .PARAMETER Key
    Path below HKEY_LOCAL_MACHINE.
    .PARAMETER Writable
    To write values.
    .EXAMPLE
    Open-MachineKey -Key 'SOFTWARE\Microsoft'
    #>
    [CmdletBinding()]
    [OutputType([Microsoft.Win32.RegistryKey])]
    param(
        [Parameter(Mandatory)] [string] $Key,
        [switch] $Writable
    )
    $machine = [Microsoft.Win32.RegistryKey]::OpenBaseKey([Microsoft.Win32.RegistryHive]::LocalMachine, [Microsoft.Win32.RegistryView]::Registry64)
    try { $machine.OpenSubKey($Key, $Writable.IsPresent) } finally { $machine.Dispose() }
}

function Test-MachineKey {
    <#
    .SYNOPSIS
    Whether there is a key below HKEY_LOCAL_MACHINE.
    .PARAMETER Key
    Path below HKEY_LOCAL_MACHINE.
    .EXAMPLE
    Test-MachineKey -Key 'SOFTWARE\Microsoft'
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param([Parameter(Mandatory)] [string] $Key)
    $opened = Open-MachineKey -Key $Key
    if ($null -eq $opened) { return $false }
    $opened.Dispose()
    $true
}

function Get-MachineSubKey {
    <#
    .SYNOPSIS
    The names of the keys below a key; none if it is absent.
    .PARAMETER Key
    Path below HKEY_LOCAL_MACHINE.
    .EXAMPLE
    Get-MachineSubKey -Key 'SOFTWARE\Microsoft\Cryptography\Calais\SmartCards'
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param([Parameter(Mandatory)] [string] $Key)
    $opened = Open-MachineKey -Key $Key
    if ($null -eq $opened) { return }
    try { $opened.GetSubKeyNames() } finally { $opened.Dispose() }
}

function Get-MachineValue {
    <#
    .SYNOPSIS
    One value of the registry with its type: Present, Type, Data. Binary data is base64.
    .PARAMETER Key
    Path below HKEY_LOCAL_MACHINE.
    .PARAMETER Name
    Of the value; '' is the default one.
    .EXAMPLE
    (Get-MachineValue -Key 'SYSTEM\CurrentControlSet\Control\Terminal Server' -Name 'fDenyTSConnections').Data
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param(
        [Parameter(Mandatory)] [string] $Key,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Name
    )
    $absent = [pscustomobject] @{ Present = $false; Type = ''; Data = '' }
    $opened = Open-MachineKey -Key $Key
    if ($null -eq $opened) { return $absent }
    try {
        if (@($opened.GetValueNames()) -notcontains $Name) { return $absent }
        $type = [string] $opened.GetValueKind($Name)
        # As it is stored: an expanded %SystemRoot% could not be put back.
        $data = $opened.GetValue($Name, $null, [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
        if ($type -eq 'Binary') { $data = [System.Convert]::ToBase64String([byte[]] $data) }
        [pscustomobject] @{ Present = $true; Type = $type; Data = $data }
    } finally { $opened.Dispose() }
}

function Set-MachineValue {
    <#
    .SYNOPSIS
    Writes one value of the registry, and makes its key where it is absent.
    .PARAMETER Key
    Path below HKEY_LOCAL_MACHINE.
    .PARAMETER Name
    Of the value.
    .PARAMETER Type
    As Get-MachineValue says it.
    .PARAMETER Data
    As Get-MachineValue says it.
    .EXAMPLE
    Set-MachineValue -Key 'SOFTWARE\Example' -Name 'Count' -Type 'DWord' -Data 1
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Key,
        [Parameter(Mandatory)] [string] $Name,
        [Parameter(Mandatory)] [ValidateSet('DWord', 'QWord', 'String', 'ExpandString', 'MultiString', 'Binary')] [string] $Type,
        [Parameter(Mandatory)] [AllowEmptyString()] [AllowEmptyCollection()] [object] $Data
    )
    $typed = switch ($Type) {
        'DWord' { [int] $Data }
        'QWord' { [long] $Data }
        default { [string] $Data }
    }
    # Arrays are assigned, not put out: a pipeline would take them apart.
    if ($Type -eq 'MultiString') { $typed = [string[]] @($Data) }
    if ($Type -eq 'Binary') { $typed = [System.Convert]::FromBase64String([string] $Data) }
    $machine = [Microsoft.Win32.RegistryKey]::OpenBaseKey([Microsoft.Win32.RegistryHive]::LocalMachine, [Microsoft.Win32.RegistryView]::Registry64)
    try {
        $opened = $machine.CreateSubKey($Key)
        try { $opened.SetValue($Name, $typed, [Microsoft.Win32.RegistryValueKind] $Type) } finally { $opened.Dispose() }
    } finally { $machine.Dispose() }
}

function Remove-MachineValue {
    <#
    .SYNOPSIS
    Removes one value of the registry, and its key where that is asked for and nothing else is in it.
    .PARAMETER Key
    Path below HKEY_LOCAL_MACHINE.
    .PARAMETER Name
    Of the value.
    .PARAMETER WithKey
    The key did not exist before it was needed.
    .EXAMPLE
    Remove-MachineValue -Key 'SOFTWARE\Example' -Name 'Count' -WithKey
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Key,
        [Parameter(Mandatory)] [string] $Name,
        [switch] $WithKey
    )
    $opened = Open-MachineKey -Key $Key -Writable
    if ($null -eq $opened) { return }
    try {
        $opened.DeleteValue($Name, $false)
        $isEmpty = $opened.ValueCount -eq 0 -and $opened.SubKeyCount -eq 0
    } finally { $opened.Dispose() }
    if (-not ($WithKey -and $isEmpty)) { return }
    $end = $Key.LastIndexOf('\')
    $parent = Open-MachineKey -Key ($Key.Substring(0, $end)) -Writable
    if ($null -eq $parent) { return }
    try { $parent.DeleteSubKey($Key.Substring($end + 1), $false) } finally { $parent.Dispose() }
}

function Format-MachineValue {
    <#
    .SYNOPSIS
    A value of the registry in one text: to show it, and to compare it with another.
    .PARAMETER Value
    What Get-MachineValue says.
    .EXAMPLE
    Format-MachineValue -Value (Get-MachineValue -Key 'SOFTWARE\Example' -Name 'Count')
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param([Parameter(Mandatory)] [object] $Value)
    if (-not $Value.Present) { return 'absent' }
    '{0} {1}' -f $Value.Type, (ConvertTo-Json -InputObject $Value.Data -Compress)
}

function Test-HostValue {
    <#
    .SYNOPSIS
    Whether a value of the registry is as a row of Get-MayflyHostValue wants it.
    .PARAMETER Row
    Of Get-MayflyHostValue.
    .PARAMETER Value
    What Get-MachineValue says.
    .EXAMPLE
    Get-MayflyHostValue | Where-Object { -not (Test-HostValue -Row $_ -Value (Get-MachineValue -Key $_.Key -Name $_.Name)) }
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory)] [hashtable] $Row,
        [Parameter(Mandatory)] [object] $Value
    )
    if (-not $Value.Present) { return $false }
    if ($Row.Type -eq 'DWord') { return $Value.Type -eq 'DWord' -and $Value.Data -eq $Row.Data }
    if (@('String', 'ExpandString') -notcontains $Value.Type) { return $false }
    if ($Value.Data -eq $Row.Data) { return $true }
    # A driver may be named with its folder, as long as that is Windows' own.
    $own = [System.IO.Path]::Combine([System.Environment]::SystemDirectory, $Row.Data)
    $Row.Name -eq '80000001' -and [System.Environment]::ExpandEnvironmentVariables($Value.Data) -eq $own
}

function Get-RdpValue {
    <#
    .SYNOPSIS
    A value that Remote Desktop goes by: that of a policy where there is one, else that of RDP-Tcp. Present, Data, ByPolicy.
    .PARAMETER Name
    Of the value: the same in both places.
    .EXAMPLE
    (Get-RdpValue -Name 'UserAuthentication').Data
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param([Parameter(Mandatory)] [string] $Name)
    $policy = Get-MachineValue -Key $TerminalPolicy -Name $Name
    if ($policy.Present) { return [pscustomobject] @{ Present = $true; Data = $policy.Data; ByPolicy = $true } }
    $value = Get-MachineValue -Key $RdpTcp -Name $Name
    [pscustomobject] @{ Present = $value.Present; Data = $value.Data; ByPolicy = $false }
}

function Test-NtAuthCopy {
    <#
    .SYNOPSIS
    Whether this machine has a certificate in its copy of NTAuth.
    .PARAMETER Thumbprint
    SHA-1 of the certificate, 40 digits.
    .EXAMPLE
    Test-NtAuthCopy -Thumbprint 'A0B1C2D3E4F5A0B1C2D3E4F5A0B1C2D3E4F5A0B1'
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param([Parameter(Mandatory)] [ValidatePattern('^[0-9A-Fa-f]{40}$')] [string] $Thumbprint)
    Test-MachineKey -Key ('SOFTWARE\Microsoft\EnterpriseCertificates\NTAuth\Certificates\' + $Thumbprint.ToUpperInvariant())
}

function Test-RootCopy {
    <#
    .SYNOPSIS
    Whether this machine trusts a root, wherever it has it from: the directory, a group policy, or by hand.
    .PARAMETER Thumbprint
    SHA-1 of the certificate, 40 digits.
    .EXAMPLE
    Test-RootCopy -Thumbprint 'A0B1C2D3E4F5A0B1C2D3E4F5A0B1C2D3E4F5A0B1'
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param([Parameter(Mandatory)] [ValidatePattern('^[0-9A-Fa-f]{40}$')] [string] $Thumbprint)
    # The machine store is the sum of its own, the enterprise's and that of the policies.
    $store = [System.Security.Cryptography.X509Certificates.X509Store]::new('Root', 'LocalMachine')
    $store.Open([System.Security.Cryptography.X509Certificates.OpenFlags]::ReadOnly)
    try {
        $byThumbprint = [System.Security.Cryptography.X509Certificates.X509FindType]::FindByThumbprint
        $found = $store.Certificates.Find($byThumbprint, $Thumbprint, $false)
        $found.Count -gt 0
    } finally { $store.Close() }
}

function Get-MachineService {
    <#
    .SYNOPSIS
    A service of this machine: Present, StartMode (Automatic, Manual, Disabled), State (Running, Stopped, ...).
    .PARAMETER Name
    Of the service, not the one that is displayed.
    .EXAMPLE
    Get-MachineService -Name 'SCardSvr'
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param([Parameter(Mandatory)] [ValidatePattern('^[A-Za-z]+$')] [string] $Name)
    $found = Get-CimInstance -ClassName 'Win32_Service' -Filter "Name='$Name'"
    if ($null -eq $found) { return [pscustomobject] @{ Present = $false; StartMode = ''; State = '' } }
    # Win32_Service says Auto where ChangeStartMode wants Automatic.
    $mode = if ($found.StartMode -eq 'Auto') { 'Automatic' } else { [string] $found.StartMode }
    [pscustomobject] @{ Present = $true; StartMode = $mode; State = [string] $found.State }
}

function Set-MachineService {
    <#
    .SYNOPSIS
    Gives a service its start mode, and starts or stops it. Triggers and delays of the service stay as they are.
    .DESCRIPTION
    Win32_Service.ChangeStartMode writes the start mode alone; Set-Service of PowerShell 7 writes the delay as well.
    .PARAMETER Name
    Of the service.
    .PARAMETER StartMode
    Automatic, Manual or Disabled.
    .PARAMETER Running
    Whether it is to run.
    .EXAMPLE
    Set-MachineService -Name 'SCardSvr' -StartMode 'Automatic' -Running $true
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [ValidatePattern('^[A-Za-z]+$')] [string] $Name,
        [Parameter(Mandatory)] [ValidateSet('Automatic', 'Manual', 'Disabled')] [string] $StartMode,
        [Parameter(Mandatory)] [bool] $Running
    )
    $found = Get-CimInstance -ClassName 'Win32_Service' -Filter "Name='$Name'"
    if ($null -eq $found) { throw "there is no service $Name on this machine" }
    $mode = if ($found.StartMode -eq 'Auto') { 'Automatic' } else { [string] $found.StartMode }
    if ($mode -ne $StartMode) {
        $result = Invoke-CimMethod -InputObject $found -MethodName 'ChangeStartMode' -Arguments @{ StartMode = $StartMode }
        if ($result.ReturnValue -ne 0) { throw "service $Name does not become $($StartMode): Win32_Service says $($result.ReturnValue)" }
    }
    if ($Running) { Start-Service -Name $Name } else { Stop-Service -Name $Name -Force }
}

function Invoke-SystemTool {
    <#
    .SYNOPSIS
    Runs a program of Windows' own system folder, without a prompt, and gives its exit code; what it prints is dropped.
    .PARAMETER Name
    Of the program, with .exe.
    .PARAMETER Arguments
    One for each element.
    .EXAMPLE
    Invoke-SystemTool -Name 'gpupdate.exe' -Arguments '/target:computer', '/wait:120'
    #>
    [CmdletBinding()]
    [OutputType([int])]
    param(
        [Parameter(Mandatory)] [ValidatePattern('^[a-z]+\.exe$')] [string] $Name,
        [Parameter(Mandatory)] [string[]] $Arguments
    )
    # 5.1 makes errors of what a program writes to its error stream, always so by remoting: they must not end the script.
    $ErrorActionPreference = 'Continue'
    $PSNativeCommandUseErrorActionPreference = $false
    $program = [System.IO.Path]::Combine([System.Environment]::SystemDirectory, $Name)
    try {
        $null = & $program @Arguments 2>$null
    } catch {
        # One that does not start has no exit code: that of another program would stand in its place.
        throw "$program does not start: $($_.Exception.Message)"
    }
    $LASTEXITCODE
}

function Get-MayflyRecordFolder {
    <#
    .SYNOPSIS
    The folder of the records, of which everybody but SYSTEM and the administrators is kept out.
    .DESCRIPTION
    What lies there decides what -Undo writes, as an administrator. Everybody may make folders in ProgramData: the folder is made with its
    access list at once, directly below, and one that is there already is believed only if it belongs to SYSTEM or the administrators, if
    nobody else has any right in it, and if it leads nowhere else.
    .PARAMETER Create
    Makes it where it is absent.
    .EXAMPLE
    Get-MayflyRecordFolder -Create
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param([switch] $Create)
    $programData = [System.Environment]::GetFolderPath('CommonApplicationData')
    $folder = [System.IO.Path]::Combine($programData, 'Mayfly.Windows')
    if (-not [System.IO.Directory]::Exists($folder)) {
        if (-not $Create) { return $folder }
        $security = [System.Security.AccessControl.DirectorySecurity]::new()
        # Owner and group: administrators. Protected; SYSTEM and administrators may do everything, here and below.
        $security.SetSecurityDescriptorSddlForm('O:BAG:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
        if ($PSVersionTable.PSEdition -eq 'Core') {
            $null = [System.IO.FileSystemAclExtensions]::CreateDirectory($security, $folder)
        } else {
            $null = [System.IO.Directory]::CreateDirectory($folder, $security)
        }
    }
    $trusted = @('S-1-5-18', 'S-1-5-32-544')
    $sid = [System.Security.Principal.SecurityIdentifier]
    $list = Get-Acl -LiteralPath $folder
    $strangers = @($list.GetAccessRules($true, $true, $sid) |
            Where-Object { $_.AccessControlType -eq 'Allow' -and $trusted -notcontains $_.IdentityReference.Value })
    $leads = ([System.IO.File]::GetAttributes($folder) -band [System.IO.FileAttributes]::ReparsePoint) -ne 0
    if ($leads -or $strangers.Count -gt 0 -or $trusted -notcontains $list.GetOwner($sid).Value) {
        throw "$folder is not the administrators' alone: look who made it, and remove it"
    }
    $folder
}

function Write-MayflyRecordFile {
    <#
    .SYNOPSIS
    Writes a record in one piece; an empty one is removed.
    .PARAMETER Name
    Of the file.
    .PARAMETER Text
    All of it.
    .EXAMPLE
    Write-MayflyRecordFile -Name 'host.json' -Text '{}'
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Name,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Text
    )
    $file = [System.IO.Path]::Combine((Get-MayflyRecordFolder -Create), $Name)
    if ($Text -eq '') {
        [System.IO.File]::Delete($file)
        return
    }
    $fresh = "$file.new"
    [System.IO.File]::WriteAllText($fresh, $Text, [System.Text.UTF8Encoding]::new($false))
    # At no moment is there no record: Move-Item -Force of 5.1 deletes the old one first. $null would become an empty name.
    if ([System.IO.File]::Exists($file)) {
        [System.IO.File]::Replace($fresh, $file, [NullString]::Value)
    } else {
        [System.IO.File]::Move($fresh, $file)
    }
}

function Read-MayflyRecordFile {
    <#
    .SYNOPSIS
    The text of a record; '' if there is none.
    .PARAMETER Name
    Of the file.
    .EXAMPLE
    Read-MayflyRecordFile -Name 'host.json'
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param([Parameter(Mandatory)] [string] $Name)
    $file = [System.IO.Path]::Combine((Get-MayflyRecordFolder), $Name)
    if (-not [System.IO.File]::Exists($file)) { return '' }
    [System.IO.File]::ReadAllText($file)
}

Export-ModuleMember -Function @(
    'Assert-MayflyWindows', 'Get-MayflyHostValue', 'Test-MachineKey', 'Get-MachineSubKey', 'Get-MachineValue', 'Set-MachineValue'
    'Remove-MachineValue', 'Format-MachineValue', 'Test-HostValue', 'Get-RdpValue', 'Test-NtAuthCopy', 'Test-RootCopy'
    'Get-MachineService', 'Set-MachineService', 'Invoke-SystemTool', 'Get-MayflyRecordFolder', 'Write-MayflyRecordFile'
    'Read-MayflyRecordFile'
)
