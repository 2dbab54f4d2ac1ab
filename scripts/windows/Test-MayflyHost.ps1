#Requires -Version 5.1
<#
.SYNOPSIS
Says whether a Windows machine is ready for Remote Desktop logons with Mayfly's smart card; it changes nothing.

.DESCRIPTION
Looks at everything that only the machine itself can see: the checks that "mayfly doctor" shows as "cannot tell" and sends here. Ids and words
are the same there. Each check ends as ok, wrong or cannot-tell, with what is there and what to do.

What depends on the CA or on an account is told when the parameter for it is given, and is cannot-tell otherwise.

.PARAMETER IssuingThumbprint
SHA-1 thumbprint of Mayfly's issuing CA, to look for in the machine's copy of NTAuth. (Get-PfxCertificate ca.crt).Thumbprint

.PARAMETER RootThumbprint
SHA-1 thumbprint of the root above it, or of the CA itself where it is its own root.

.PARAMETER Account
User principal name of an account: whether it has the right to log on by Remote Desktop here.

.PARAMETER CrlUrl
Every address of the CRL in the CA's certificates, http:// or ldap:///.

.PARAMETER ExitCode
Ends with exit code 1 where a check is wrong, else with 0: for detection by Intune or Configuration Manager.

.EXAMPLE
.\Test-MayflyHost.ps1 | Where-Object verdict -ne 'ok' | Format-List

Shows what is not as it should be.

.EXAMPLE
.\Test-MayflyHost.ps1 -IssuingThumbprint $ca.Thumbprint -RootThumbprint $root.Thumbprint -Account 'alice@corp.example' | ConvertTo-Json

Everything, as JSON.

.EXAMPLE
.\Test-MayflyHost.ps1 -ExitCode | Out-Null; $LASTEXITCODE

0 where nothing is wrong.

.OUTPUTS
One object for each check: check, title, about, verdict, says, fix.

.NOTES
Windows PowerShell 5.1 and PowerShell 7. Mayfly.Windows.psm1 lies beside it. The logon rights are shown to administrators only; without
elevation that check cannot tell. Sources of what is looked at:
learn.microsoft.com/windows/security/identity-protection/smart-cards/smart-card-group-policy-and-registry-settings,
learn.microsoft.com/windows-hardware/drivers/smartcard/discovery-process and smart-card-plug-and-play (which driver a card gets),
[MS-KILE] 2.2.7 (encryption types), learn.microsoft.com/windows/win32/secauthz/account-rights-constants.
#>
[CmdletBinding()]
[OutputType([pscustomobject])]
param(
    [ValidatePattern('^[0-9A-Fa-f]{40}$')] [string] $IssuingThumbprint,
    [ValidatePattern('^[0-9A-Fa-f]{40}$')] [string] $RootThumbprint,
    [ValidatePattern('^[^@\s]+@[^@\s]+$')] [string] $Account,
    [ValidatePattern('^(http://|ldap:///)')] [string[]] $CrlUrl = @(),
    [switch] $ExitCode
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Mayfly.Windows.psm1') -Force
Assert-MayflyWindows
Add-Type -AssemblyName 'System.DirectoryServices'

$TerminalServer = 'SYSTEM\CurrentControlSet\Control\Terminal Server'
$TerminalPolicy = 'SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services'
$SmartCards = 'SOFTWARE\Microsoft\Cryptography\Calais\SmartCards'
$PivCardName = 'Identity Device (NIST SP 800-73 [PIV])'
$SystemPolicy = 'SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System'
$KerberosPolicy = 'SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\Kerberos\Parameters'
$Winlogon = 'SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon'
$Providers = 'SOFTWARE\Microsoft\Windows\CurrentVersion\Authentication\Credential Providers'
$Filters = 'SOFTWARE\Microsoft\Windows\CurrentVersion\Authentication\Credential Provider Filters'
$SmartCardProvider = '{8FD7E19C-3BF7-489B-A72C-846AB3678C96}'
# GenericFilter and the filter of network logons before the logon: both Windows' own.
$OwnFilters = @('{DDC0EED2-ADBE-40B6-A217-EDE16A79A0DE}', '{EDD749DE-2EF1-4A80-98D1-81F20E6DF58E}')
# What Mayfly's card answers to a reset.
$AnswerToReset = [byte[]] @(0x3B, 0x86, 0x01, 0x4D, 0x41, 0x59, 0x46, 0x4C, 0x59, 0x81)
$Aes = 0x18

function New-Verdict {
    <#
    .SYNOPSIS
    What a check ends with.
    .PARAMETER Verdict
    ok, wrong or cannot-tell.
    .PARAMETER Says
    What is there, one clause.
    .PARAMETER Fix
    What to do about it, one clause.
    .EXAMPLE
    New-Verdict -Verdict 'ok' -Says 'it is as it should be'
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory)] [ValidateSet('ok', 'wrong', 'cannot-tell')] [string] $Verdict,
        [Parameter(Mandatory)] [string] $Says,
        [string] $Fix = ''
    )
    @{ Verdict = $Verdict; Says = $Says; Fix = $Fix }
}

function Test-Port {
    <#
    .SYNOPSIS
    Whether a port takes a TCP connection within five seconds; nothing is sent.
    .PARAMETER HostName
    Name or address.
    .PARAMETER Port
    Number.
    .EXAMPLE
    Test-Port -HostName 'dc1.corp.example' -Port 88
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory)] [string] $HostName,
        [Parameter(Mandatory)] [int] $Port
    )
    $client = [System.Net.Sockets.TcpClient]::new()
    try { $client.ConnectAsync($HostName, $Port).Wait(5000) } catch { $false } finally { $client.Dispose() }
}

function Get-DomainControllerName {
    <#
    .SYNOPSIS
    The domain controller that this machine finds.
    .EXAMPLE
    Get-DomainControllerName
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param()
    [System.DirectoryServices.ActiveDirectory.Domain]::GetComputerDomain().FindDomainController().Name
}

function Get-LogonRight {
    <#
    .SYNOPSIS
    Who has the right to log on by Remote Desktop here, and who is denied it: Allowed and Denied, by SID.
    .EXAMPLE
    (Get-LogonRight).Allowed
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param()
    $file = [System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), [System.Guid]::NewGuid().ToString('N') + '.inf')
    try {
        $code = Invoke-SystemTool -Name 'secedit.exe' -Arguments '/export', '/cfg', $file, '/areas', 'USER_RIGHTS', '/quiet'
        if ($code -ne 0) { throw "secedit ended with $code" }
        $lines = @(Get-Content -LiteralPath $file -Encoding Unicode)
    } finally {
        [System.IO.File]::Delete($file)
    }
    $holders = { param($right) @($lines | Where-Object { $_ -match "^$right\s*=" } | ForEach-Object { ($_ -split '=', 2)[1] -split ',' } |
                ForEach-Object { ConvertTo-Sid -Name ($_.Trim()) } | Where-Object { $_ -ne '' }) }
    [pscustomobject] @{
        Allowed = @(& $holders 'SeRemoteInteractiveLogonRight')
        Denied = @(& $holders 'SeDenyRemoteInteractiveLogonRight')
    }
}

function ConvertTo-Sid {
    <#
    .SYNOPSIS
    A holder of a right, as secedit writes it, as SID; as it is where nobody knows the name.
    .PARAMETER Name
    *SID, or a name.
    .EXAMPLE
    ConvertTo-Sid -Name '*S-1-5-32-544'
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param([Parameter(Mandatory)] [AllowEmptyString()] [string] $Name)
    if ($Name.StartsWith('*')) { return $Name.Substring(1) }
    if ($Name -eq '') { return '' }
    try {
        [System.Security.Principal.NTAccount]::new($Name).Translate([System.Security.Principal.SecurityIdentifier]).Value
    } catch {
        $Name
    }
}

function Get-OtherCardDriver {
    <#
    .SYNOPSIS
    Drivers that Windows would take for Mayfly's card before its own, because they match what the card answers to a reset.
    .EXAMPLE
    Get-OtherCardDriver
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param()
    foreach ($name in Get-MachineSubKey -Key $SmartCards) {
        if ($name -eq $PivCardName) { continue }
        $key = $SmartCards + '\' + $name
        $atr = Get-MachineValue -Key $key -Name 'ATR'
        $mask = Get-MachineValue -Key $key -Name 'ATRMask'
        if (-not ($atr.Type -eq 'Binary' -and $mask.Type -eq 'Binary')) { continue }
        $wanted = [System.Convert]::FromBase64String($atr.Data)
        $masked = [System.Convert]::FromBase64String($mask.Data)
        if ($wanted.Length -ne $AnswerToReset.Length -or $masked.Length -ne $AnswerToReset.Length) { continue }
        $isMatch = $true
        for ($i = 0; $i -lt $wanted.Length; $i++) {
            if (($AnswerToReset[$i] -band $masked[$i]) -ne $wanted[$i]) { $isMatch = $false }
        }
        if ($isMatch) { '{0} ({1})' -f $name, (Get-MachineValue -Key $key -Name '80000001').Data }
    }
}

$EnableHost = 'run Enable-MayflyHost.ps1'
$checks = [ordered] @{
    'host-rdp-enabled' = @{ Title = 'the host lets RDP clients in'; Look = {
            $deny = Get-MachineValue -Key $TerminalPolicy -Name 'fDenyTSConnections'
            if (-not $deny.Present) { $deny = Get-MachineValue -Key $TerminalServer -Name 'fDenyTSConnections' }
            if (-not $deny.Present -or $deny.Data -ne 0) {
                $fix = 'turn it on: System Properties, Remote, or the policy "Allow users to connect remotely by using Remote Desktop Services"'
                return New-Verdict -Verdict 'wrong' -Says 'Remote Desktop is off' -Fix $fix
            }
            # The group Remote Desktop of the firewall by its id, the same in every language (unattend reference, FirewallGroups).
            $rules = @(Get-NetFirewallRule -PolicyStore 'ActiveStore' -Group '@FirewallAPI.dll,-28752' -ErrorAction SilentlyContinue |
                    Where-Object { $_.Enabled -eq 'True' -and $_.Direction -eq 'Inbound' -and $_.Action -eq 'Allow' })
            if ($rules.Count -gt 0) { return New-Verdict -Verdict 'ok' -Says 'Remote Desktop is on, and the firewall has its rules' }
            $fix = 'turn the firewall group Remote Desktop on, unless another rule lets Mayfly in'
            New-Verdict -Verdict 'cannot-tell' -Says 'Remote Desktop is on, but no rule of that group is on in the firewall' -Fix $fix
        }
    }
    'host-security-layer' = @{ Title = 'the host negotiates TLS'; Look = {
            $nla = Get-RdpValue -Name 'UserAuthentication'
            if (-not $nla.Present -or $nla.Data -ne 1) {
                $fix = 'turn it on: the policy "Require user authentication for remote connections by using Network Level Authentication"'
                return New-Verdict -Verdict 'wrong' -Says 'Network Level Authentication is off' -Fix $fix
            }
            $layer = Get-RdpValue -Name 'SecurityLayer'
            if ($layer.Present -and $layer.Data -eq 2) { return New-Verdict -Verdict 'ok' -Says 'TLS, with Network Level Authentication' }
            $says = if ($layer.Present) { 'SecurityLayer is {0}' -f $layer.Data } else { 'SecurityLayer is absent' }
            New-Verdict -Verdict 'wrong' -Says $says -Fix $EnableHost
        }
    }
    'host-password-prompt' = @{ Title = 'the host does not ask for a password again'; Look = {
            $prompt = Get-RdpValue -Name 'fPromptForPassword'
            if (-not $prompt.Present -or $prompt.Data -eq 0) { return New-Verdict -Verdict 'ok' -Says 'it takes what the client brings' }
            if ($prompt.ByPolicy) {
                $fix = 'disable the policy "Always prompt for password upon connection" for this host'
                return New-Verdict -Verdict 'wrong' -Says 'a policy has it ask' -Fix $fix
            }
            New-Verdict -Verdict 'wrong' -Says 'fPromptForPassword is 1' -Fix $EnableHost
        }
    }
    'host-smart-card-service' = @{ Title = 'the Smart Card service starts by itself and runs'; Look = {
            $service = Get-MachineService -Name 'SCardSvr'
            if (-not $service.Present) {
                $fix = 'use an edition of Windows with smart cards'
                return New-Verdict -Verdict 'wrong' -Says 'there is no service SCardSvr' -Fix $fix
            }
            $says = 'SCardSvr: {0}, {1}' -f $service.StartMode, $service.State
            if ($service.StartMode -eq 'Automatic' -and $service.State -eq 'Running') { return New-Verdict -Verdict 'ok' -Says $says }
            New-Verdict -Verdict 'wrong' -Says $says -Fix $EnableHost
        }
    }
    'host-device-enumeration' = @{ Title = 'smart cards are enumerated'; Look = {
            $service = Get-MachineService -Name 'ScDeviceEnum'
            if (-not $service.Present) {
                $fix = 'it came with Windows 8 and Server 2012'
                return New-Verdict -Verdict 'cannot-tell' -Says 'there is no service ScDeviceEnum' -Fix $fix
            }
            $says = 'ScDeviceEnum: {0}, {1}' -f $service.StartMode, $service.State
            if ($service.StartMode -ne 'Disabled') { return New-Verdict -Verdict 'ok' -Says $says }
            New-Verdict -Verdict 'wrong' -Says $says -Fix 'set the service to Manual: it is started when it is needed'
        }
    }
    'host-piv-driver' = @{ Title = "Windows' own driver serves PIV cards"; Look = {
            $rows = @(Get-MayflyHostValue | Where-Object { $_.Check -eq 'host-piv-driver' })
            $other = @($rows | Where-Object { -not (Test-HostValue -Row $_ -Value (Get-MachineValue -Key $_.Key -Name $_.Name)) })
            if ($other.Count -gt 0) {
                $first = $other[0]
                $found = Format-MachineValue -Value (Get-MachineValue -Key $first.Key -Name $first.Name)
                return New-Verdict -Verdict 'wrong' -Says ('the PIV entry has {0} as {1}' -f $found, $first.Name) -Fix $EnableHost
            }
            $drivers = @(Get-OtherCardDriver)
            if ($drivers.Count -eq 0) { return New-Verdict -Verdict 'ok' -Says 'msclmd.dll, and no other driver takes the card' }
            $fix = 'uninstall that middleware, or have its vendor leave cards of other vendors alone'
            New-Verdict -Verdict 'wrong' -Says ('another driver takes the card: {0}' -f ($drivers -join ', ')) -Fix $fix
        }
    }
    'host-redirection' = @{ Title = 'smart cards may be redirected'; Look = {
            $redirection = Get-MachineValue -Key $TerminalPolicy -Name 'fEnableSmartCard'
            if (-not $redirection.Present -or $redirection.Data -ne 0) { return New-Verdict -Verdict 'ok' -Says 'no policy forbids it' }
            $fix = 'disable the policy "Do not allow smart card device redirection" for this host'
            New-Verdict -Verdict 'wrong' -Says 'a policy forbids it' -Fix $fix
        }
    }
    'host-credential-providers' = @{ Title = 'the smart card credential provider is shown'; Look = {
            $excluded = Get-MachineValue -Key $SystemPolicy -Name 'ExcludedCredentialProviders'
            if ($excluded.Present -and ([string] $excluded.Data).ToUpperInvariant().Contains($SmartCardProvider)) {
                $fix = ('take {0} out of the policy "Exclude credential providers"' -f $SmartCardProvider)
                return New-Verdict -Verdict 'wrong' -Says 'a policy excludes it' -Fix $fix
            }
            $key = $Providers + '\' + $SmartCardProvider
            $disabled = Get-MachineValue -Key $key -Name 'Disabled'
            if (-not (Test-MachineKey -Key $key) -or ($disabled.Present -and $disabled.Data -ne 0)) {
                $fix = ('restore HKLM\{0}, and remove its value Disabled' -f $key)
                return New-Verdict -Verdict 'wrong' -Says 'it is taken out, or disabled' -Fix $fix
            }
            $others = @(Get-MachineSubKey -Key $Filters | Where-Object { $OwnFilters -notcontains $_ })
            if ($others.Count -eq 0) { return New-Verdict -Verdict 'ok' -Says 'neither excluded nor filtered' }
            $names = @($others | ForEach-Object { '{0} {1}' -f (Get-MachineValue -Key ($Filters + '\' + $_) -Name '').Data, $_ })
            $fix = 'see that they leave the smart card provider alone in Remote Desktop'
            New-Verdict -Verdict 'cannot-tell' -Says ('filters of others: {0}' -f ($names -join ', ')) -Fix $fix
        }
    }
    'host-removal' = @{ Title = 'a card that is gone ends no session'; Look = {
            $option = [string] (Get-MachineValue -Key $Winlogon -Name 'ScRemoveOption').Data
            # 1 locks, 3 disconnects: neither loses what was open. Without SCPolicySvc none has any effect.
            if ($option -eq '') { return New-Verdict -Verdict 'ok' -Says 'ScRemoveOption is absent' }
            if ($option -ne '2') { return New-Verdict -Verdict 'ok' -Says "ScRemoveOption is $option" }
            $service = Get-MachineService -Name 'SCPolicySvc'
            if ($service.State -ne 'Running') { return New-Verdict -Verdict 'ok' -Says 'ScRemoveOption is 2, but SCPolicySvc does not run' }
            $fix = 'set "Interactive logon: Smart card removal behavior" to No Action, Lock Workstation or Disconnect for this host'
            New-Verdict -Verdict 'wrong' -Says 'a connection that breaks logs the user off' -Fix $fix
        }
    }
    'host-legal-notice' = @{ Title = 'no notice waits for a click'; Look = {
            foreach ($key in $SystemPolicy, $Winlogon) {
                foreach ($name in 'legalnoticecaption', 'legalnoticetext') {
                    if (([string] (Get-MachineValue -Key $key -Name $name).Data).Trim() -ne '') {
                        $fix = 'take "Interactive logon: Message text for users attempting to log on" off this host, or let cards live longer'
                        return New-Verdict -Verdict 'wrong' -Says 'a notice waits for a click before the logon' -Fix $fix
                    }
                }
            }
            New-Verdict -Verdict 'ok' -Says 'there is none'
        }
    }
    'host-logon-rights' = @{ Title = 'the account has the right to log on by RDP'; Look = {
            if (-not $Account) { return New-Verdict -Verdict 'cannot-tell' -Says 'no account was named' -Fix 'give -Account' }
            $rights = Get-LogonRight
            # A token without a password: Kerberos tells the groups, and the machine adds its own.
            $identity = [System.Security.Principal.WindowsIdentity]::new($Account)
            try { $sids = @($identity.User.Value) + @($identity.Groups | ForEach-Object { $_.Value }) } finally { $identity.Dispose() }
            $denied = @($sids | Where-Object { $rights.Denied -contains $_ })
            if ($denied.Count -gt 0) {
                $fix = 'take it out of "Deny log on through Remote Desktop Services"'
                return New-Verdict -Verdict 'wrong' -Says ('denied by {0}' -f $denied[0]) -Fix $fix
            }
            $allowed = @($sids | Where-Object { $rights.Allowed -contains $_ })
            if ($allowed.Count -gt 0) { return New-Verdict -Verdict 'ok' -Says ('by {0}' -f $allowed[0]) }
            $fix = 'add it to Remote Desktop Users of this host'
            New-Verdict -Verdict 'wrong' -Says 'neither it nor any of its groups has the right' -Fix $fix
        }
    }
    'host-policy' = @{ Title = 'no group policy overrides these settings'; Look = {
            $others = @(Get-MayflyHostValue | Where-Object { $_.PolicyKey -ne '' } | Where-Object {
                    $policy = Get-MachineValue -Key $_.PolicyKey -Name $_.Name
                    $policy.Present -and -not (Test-HostValue -Row $_ -Value $policy)
                } | ForEach-Object { $_.Policy })
            if ($others.Count -eq 0) { return New-Verdict -Verdict 'ok' -Says 'none does' }
            $fix = 'change it in the group policy: gpresult /h names the object'
            New-Verdict -Verdict 'wrong' -Says ('set otherwise: {0}' -f ($others -join '; ')) -Fix $fix
        }
    }
    'host-encryption-types' = @{ Title = 'AES is allowed for Kerberos'; Look = {
            $types = Get-MachineValue -Key $KerberosPolicy -Name 'SupportedEncryptionTypes'
            if (-not $types.Present) { return New-Verdict -Verdict 'ok' -Says 'as Windows has it: AES' }
            $says = 'SupportedEncryptionTypes is 0x{0:X}' -f $types.Data
            if (($types.Data -band $Aes) -ne 0) { return New-Verdict -Verdict 'ok' -Says $says }
            $fix = 'add AES128 and AES256 in "Network security: Configure encryption types allowed for Kerberos"'
            New-Verdict -Verdict 'wrong' -Says $says -Fix $fix
        }
    }
    'host-ntauth-copy' = @{ Title = 'the host has its copy of NTAuth'; Look = {
            if (-not $IssuingThumbprint) {
                $fix = 'give -IssuingThumbprint'
                return New-Verdict -Verdict 'cannot-tell' -Says 'no issuing CA was named' -Fix $fix
            }
            if (Test-NtAuthCopy -Thumbprint $IssuingThumbprint) { return New-Verdict -Verdict 'ok' -Says 'with the issuing CA' }
            New-Verdict -Verdict 'wrong' -Says 'without the issuing CA' -Fix 'publish the CA, then gpupdate /force and certutil -pulse'
        }
    }
    'host-root-copy' = @{ Title = 'the host has its copy of the root'; Look = {
            if (-not $RootThumbprint) { return New-Verdict -Verdict 'cannot-tell' -Says 'no root was named' -Fix 'give -RootThumbprint' }
            if (Test-RootCopy -Thumbprint $RootThumbprint) { return New-Verdict -Verdict 'ok' -Says 'the machine trusts it' }
            $fix = 'publish the root, then gpupdate /force and certutil -pulse'
            New-Verdict -Verdict 'wrong' -Says 'the machine does not trust it' -Fix $fix
        }
    }
    'host-crl-reach' = @{ Title = 'the host reaches the CRL'; Look = {
            if ($CrlUrl.Count -eq 0) {
                $fix = 'give -CrlUrl: every address in the certificates'
                return New-Verdict -Verdict 'cannot-tell' -Says 'no address was named' -Fix $fix
            }
            $closed = @($CrlUrl | Where-Object {
                    if ($_.StartsWith('ldap:///')) { -not (Test-Port -HostName (Get-DomainControllerName) -Port 389) }
                    else { -not (Test-Port -HostName ([uri] $_).DnsSafeHost -Port ([uri] $_).Port) }
                })
            if ($closed.Count -eq 0) { return New-Verdict -Verdict 'ok' -Says 'every address takes connections' }
            $fix = 'open the way from this host; a proxy must be known to WinHTTP as well (netsh winhttp show proxy)'
            New-Verdict -Verdict 'wrong' -Says ('no connection: {0}' -f ($closed -join ', ')) -Fix $fix
        }
    }
    'host-domain-controller-reach' = @{ Title = 'the host reaches a domain controller'; Look = {
            $controller = Get-DomainControllerName
            $closed = @(88, 389 | Where-Object { -not (Test-Port -HostName $controller -Port $_) })
            if ($closed.Count -eq 0) { return New-Verdict -Verdict 'ok' -Says ('{0}, ports 88 and 389' -f $controller) }
            $fix = 'open the way from this host to its domain controllers'
            New-Verdict -Verdict 'wrong' -Says ('{0} takes no connection on port {1}' -f $controller, ($closed -join ', ')) -Fix $fix
        }
    }
}

$isWrong = $false
foreach ($check in $checks.Keys) {
    try {
        $found = & $checks[$check].Look
    } catch {
        $found = New-Verdict -Verdict 'cannot-tell' -Says $_.Exception.Message -Fix 'run it elevated, on the host itself'
    }
    if ($found.Verdict -eq 'wrong') { $isWrong = $true }
    [pscustomobject] [ordered] @{
        check = $check; title = $checks[$check].Title; about = [System.Environment]::MachineName
        verdict = $found.Verdict; says = $found.Says; fix = $found.Fix
    }
}
if ($ExitCode) { exit [int] $isWrong }
