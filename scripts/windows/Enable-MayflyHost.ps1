#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Prepares a Windows machine for Remote Desktop logons with Mayfly's smart card, or takes that back.

.DESCRIPTION
Sets what such a logon needs and nothing else:
- the Smart Card service SCardSvr starts by itself and runs (Windows Server 2025 does not start it for a card that is redirected);
- Remote Desktop does not ask for a password again (fPromptForPassword 0), and speaks TLS (SecurityLayer 2);
- the entry of PIV cards in Calais\SmartCards names Windows' own driver, msclmd.dll;
- the computer policy is refreshed, so that NTAuth and the root arrive, and whether they have is told.

Network Level Authentication stays as it is. Mayfly wants it on; where it is off the script says so, and it never turns it off.
What a group policy sets otherwise is not touched: it is named as overridden, and has to be changed in that policy.

The script may be run again at any time. What was there before is written to a record that only administrators reach
(ProgramData\Mayfly.Windows\host.json), before it is changed. -Undo restores it: values with their type, absent ones absent. What
somebody has changed since is refused by name, unless -Force is given.

.PARAMETER IssuingThumbprint
SHA-1 thumbprint of Mayfly's issuing CA: tells whether the machine has its copy of NTAuth. (Get-PfxCertificate ca.crt).Thumbprint

.PARAMETER RootThumbprint
SHA-1 thumbprint of the root above it, or of the CA itself where it is its own root: tells whether the machine trusts it.

.PARAMETER SkipPolicyRefresh
Leaves out gpupdate and the pulse of certificate services: in a start-up script, which runs while policies are being applied.

.PARAMETER Undo
Restores what was there before the first run.

.PARAMETER Force
With -Undo: restores also what somebody has changed since.

.PARAMETER ExitCode
Ends with exit code 1 where something is left to do, else with 0: for Intune, Configuration Manager and start-up scripts.

.EXAMPLE
.\Enable-MayflyHost.ps1 -WhatIf

Says what would be changed.

.EXAMPLE
.\Enable-MayflyHost.ps1 -IssuingThumbprint $ca.Thumbprint -RootThumbprint $root.Thumbprint | ConvertTo-Json

Prepares the machine, and reports as JSON.

.EXAMPLE
.\Enable-MayflyHost.ps1 -Undo

Restores what was there.

.OUTPUTS
One object for each setting: check, about, setting, done (already, set, planned, overridden, present, missing, left, restored,
nothing-to-do, refused), before, now, says.

.NOTES
Windows PowerShell 5.1 and PowerShell 7, elevated. Mayfly.Windows.psm1 lies beside it. No prompt, no download, no restart.
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium', DefaultParameterSetName = 'Enable')]
[OutputType([pscustomobject])]
param(
    [Parameter(ParameterSetName = 'Enable')] [ValidatePattern('^[0-9A-Fa-f]{40}$')] [string] $IssuingThumbprint,
    [Parameter(ParameterSetName = 'Enable')] [ValidatePattern('^[0-9A-Fa-f]{40}$')] [string] $RootThumbprint,
    [Parameter(ParameterSetName = 'Enable')] [switch] $SkipPolicyRefresh,
    [Parameter(Mandatory, ParameterSetName = 'Undo')] [switch] $Undo,
    [Parameter(ParameterSetName = 'Undo')] [switch] $Force,
    [switch] $ExitCode
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Mayfly.Windows.psm1') -Force
Assert-MayflyWindows

$RecordName = 'host.json'
$CardService = 'SCardSvr'

function New-Outcome {
    <#
    .SYNOPSIS
    What became of one setting.
    .PARAMETER Check
    The check of Test-MayflyHost.ps1 that looks at it.
    .PARAMETER Setting
    Which one.
    .PARAMETER Done
    What was done.
    .PARAMETER Before
    What was there.
    .PARAMETER Now
    What is there.
    .PARAMETER Says
    One clause for whoever reads it.
    .EXAMPLE
    New-Outcome -Check 'host-policy' -Setting 'group policy' -Done 'set'
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param(
        [Parameter(Mandatory)] [string] $Check,
        [Parameter(Mandatory)] [string] $Setting,
        [Parameter(Mandatory)] [string] $Done,
        [string] $Before = '',
        [string] $Now = '',
        [string] $Says = ''
    )
    [pscustomobject] [ordered] @{
        check = $Check; about = [System.Environment]::MachineName; setting = $Setting; done = $Done
        before = $Before; now = $Now; says = $Says
    }
}

function Read-HostRecord {
    <#
    .SYNOPSIS
    What was there before: an empty record where nothing was changed yet.
    .DESCRIPTION
    A record that speaks of anything else than this script sets is refused: it decides what is written as an administrator.
    .EXAMPLE
    (Read-HostRecord).Values
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param()
    $text = Read-MayflyRecordFile -Name $RecordName
    if ($text -eq '') { return [pscustomobject] @{ Version = 1; Values = @(); Services = @() } }
    try {
        $record = ConvertFrom-Json -InputObject $text
        $known = @(Get-MayflyHostValue | ForEach-Object { '{0}\{1}' -f $_.Key, $_.Name })
        $strange = @($record.Values | Where-Object { $known -notcontains ('{0}\{1}' -f $_.Key, $_.Name) })
        $strange += @($record.Services | Where-Object { $_.Name -ne $CardService })
        $isOurs = $record.Version -eq 1 -and $strange.Count -eq 0
    } catch {
        $isOurs = $false
    }
    if (-not $isOurs) { throw "the record $RecordName is damaged: restore it from a backup, or set the values by hand and remove it" }
    $record.Values = @($record.Values)
    $record.Services = @($record.Services)
    $record
}

function Save-HostRecord {
    <#
    .SYNOPSIS
    Writes the record; one without entries is removed.
    .PARAMETER Record
    Of Read-HostRecord.
    .EXAMPLE
    Save-HostRecord -Record (Read-HostRecord)
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [object] $Record)
    $isEmpty = $Record.Values.Count + $Record.Services.Count -eq 0
    $text = if ($isEmpty) { '' } else { ConvertTo-Json -InputObject $Record -Depth 6 }
    Write-MayflyRecordFile -Name $RecordName -Text $text
}

function Set-HostValue {
    <#
    .SYNOPSIS
    Brings one value to where it is to be; the record first.
    .PARAMETER Row
    Of Get-MayflyHostValue.
    .PARAMETER Record
    Of Read-HostRecord.
    .EXAMPLE
    Get-MayflyHostValue | ForEach-Object { Set-HostValue -Row $_ -Record $record }
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType([pscustomobject])]
    param(
        [Parameter(Mandatory)] [hashtable] $Row,
        [Parameter(Mandatory)] [object] $Record
    )
    $setting = 'HKLM\{0}\{1}' -f $Row.Key, $Row.Name
    $before = Get-MachineValue -Key $Row.Key -Name $Row.Name
    $was = Format-MachineValue -Value $before
    if ($Row.PolicyKey -ne '') {
        $policy = Get-MachineValue -Key $Row.PolicyKey -Name $Row.Name
        if ($policy.Present -and -not (Test-HostValue -Row $Row -Value $policy)) {
            $says = 'change the policy "{0}": it overrides this machine' -f $Row.Policy
            $set = Format-MachineValue -Value $policy
            return New-Outcome -Check $Row.Check -Setting $setting -Done 'overridden' -Before $was -Now $set -Says $says
        }
    }
    if (Test-HostValue -Row $Row -Value $before) {
        return New-Outcome -Check $Row.Check -Setting $setting -Done 'already' -Before $was -Now $was
    }
    if (@('', 'DWord', 'QWord', 'String', 'ExpandString', 'MultiString', 'Binary') -notcontains $before.Type) {
        $says = 'it is of a type that could not be restored: look who wrote it, and remove it'
        return New-Outcome -Check $Row.Check -Setting $setting -Done 'refused' -Before $was -Now $was -Says $says
    }
    $after = [pscustomobject] @{ Present = $true; Type = $Row.Type; Data = $Row.Data }
    $now = Format-MachineValue -Value $after
    if (-not $PSCmdlet.ShouldProcess($setting, "set to $now, now $was")) {
        return New-Outcome -Check $Row.Check -Setting $setting -Done 'planned' -Before $was -Now $was -Says "would become $now"
    }
    # What was there at the very first counts, however often the script is run.
    $kept = @($Record.Values | Where-Object { $_.Key -eq $Row.Key -and $_.Name -eq $Row.Name })
    if ($kept.Count -gt 0) {
        $kept[0].After = $after
    } else {
        # Whichever of its values goes last takes the key with it.
        $made = @($Record.Values | Where-Object { $_.Key -eq $Row.Key -and $_.KeyMade })
        $isNew = $made.Count -gt 0 -or -not (Test-MachineKey -Key $Row.Key)
        $Record.Values += [pscustomobject] @{ Key = $Row.Key; Name = $Row.Name; Before = $before; After = $after; KeyMade = $isNew }
    }
    Save-HostRecord -Record $Record
    Set-MachineValue -Key $Row.Key -Name $Row.Name -Type $Row.Type -Data $Row.Data
    New-Outcome -Check $Row.Check -Setting $setting -Done 'set' -Before $was -Now $now
}

function Enable-CardService {
    <#
    .SYNOPSIS
    Lets the Smart Card service start by itself, and run; the record first.
    .PARAMETER Record
    Of Read-HostRecord.
    .EXAMPLE
    Enable-CardService -Record $record
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType([pscustomobject])]
    param([Parameter(Mandatory)] [object] $Record)
    $check = 'host-smart-card-service'
    $setting = "service $CardService"
    $before = Get-MachineService -Name 'SCardSvr'
    if (-not $before.Present) {
        $says = 'this Windows has no Smart Card service: a logon with a card is not possible'
        return New-Outcome -Check $check -Setting $setting -Done 'missing' -Says $says
    }
    $was = '{0}, {1}' -f $before.StartMode, $before.State
    if ($before.StartMode -eq 'Automatic' -and $before.State -eq 'Running') {
        return New-Outcome -Check $check -Setting $setting -Done 'already' -Before $was -Now $was
    }
    if (-not $PSCmdlet.ShouldProcess($setting, "start by itself and run, now $was")) {
        return New-Outcome -Check $check -Setting $setting -Done 'planned' -Before $was -Now $was -Says 'would become Automatic, Running'
    }
    if ($Record.Services.Count -eq 0) {
        $after = [pscustomobject] @{ StartMode = 'Automatic'; State = 'Running' }
        $Record.Services += [pscustomobject] @{ Name = $CardService; Before = $before; After = $after }
        Save-HostRecord -Record $Record
    }
    try {
        Set-MachineService -Name 'SCardSvr' -StartMode 'Automatic' -Running $true
    } catch {
        # The other settings are made all the same.
        $found = Get-MachineService -Name 'SCardSvr'
        $now = '{0}, {1}' -f $found.StartMode, $found.State
        return New-Outcome -Check $check -Setting $setting -Done 'left' -Before $was -Now $now -Says $_.Exception.Message
    }
    New-Outcome -Check $check -Setting $setting -Done 'set' -Before $was -Now 'Automatic, Running'
}

function Get-NlaOutcome {
    <#
    .SYNOPSIS
    Says whether Network Level Authentication is on. It is never changed.
    .EXAMPLE
    Get-NlaOutcome
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param()
    $nla = Get-RdpValue -Name 'UserAuthentication'
    $setting = 'Network Level Authentication'
    if ($nla.Present -and $nla.Data -eq 1) {
        return New-Outcome -Check 'host-security-layer' -Setting $setting -Done 'already' -Before 'on' -Now 'on'
    }
    $says = 'Network Level Authentication is off: turn it on (System Properties, Remote, or the policy "Require user authentication for ' +
        'remote connections by using Network Level Authentication"); Mayfly works with it, and this script does not touch it'
    Write-Warning -Message $says
    New-Outcome -Check 'host-security-layer' -Setting $setting -Done 'left' -Before 'off' -Now 'off' -Says $says
}

function Update-ComputerPolicy {
    <#
    .SYNOPSIS
    Has the machine fetch its policy, NTAuth and the enterprise's roots now, and not within eight hours.
    .EXAMPLE
    Update-ComputerPolicy
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType([pscustomobject])]
    param()
    $setting = 'computer policy'
    if (-not $PSCmdlet.ShouldProcess($setting, 'refresh')) {
        return New-Outcome -Check 'host-policy' -Setting $setting -Done 'planned' -Says 'would be refreshed'
    }
    # Without /force nothing can ask for a restart. The pulse makes the certificate services client copy the enterprise's stores.
    $update = Invoke-SystemTool -Name 'gpupdate.exe' -Arguments '/target:computer', '/wait:120'
    $pulse = Invoke-SystemTool -Name 'certutil.exe' -Arguments '-pulse'
    if ($update -eq 0 -and $pulse -eq 0) { return New-Outcome -Check 'host-policy' -Setting $setting -Done 'set' }
    $says = "gpupdate ended with $update, certutil -pulse with $($pulse): look at the GroupPolicy log of this machine"
    New-Outcome -Check 'host-policy' -Setting $setting -Done 'left' -Says $says
}

function Get-CopyOutcome {
    <#
    .SYNOPSIS
    Says whether a certificate has arrived on this machine, and gives it some time.
    .PARAMETER Check
    Of Test-MayflyHost.ps1.
    .PARAMETER Setting
    What it is.
    .PARAMETER Seconds
    To wait at most.
    .PARAMETER Present
    Says whether it is there.
    .EXAMPLE
    Get-CopyOutcome -Check 'host-root-copy' -Setting 'the root' -Seconds 0 -Present { $true }
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param(
        [Parameter(Mandatory)] [string] $Check,
        [Parameter(Mandatory)] [string] $Setting,
        [Parameter(Mandatory)] [int] $Seconds,
        [Parameter(Mandatory)] [scriptblock] $Present
    )
    $waited = [System.Diagnostics.Stopwatch]::StartNew()
    $isThere = & $Present
    while (-not $isThere -and $waited.Elapsed.TotalSeconds -lt $Seconds) {
        Start-Sleep -Seconds 2
        $isThere = & $Present
    }
    if ($isThere) { return New-Outcome -Check $Check -Setting $Setting -Done 'present' }
    $says = 'it is not here: publish the CA (Publish-MayflyCA.ps1), let the directory replicate, and run this again'
    New-Outcome -Check $Check -Setting $Setting -Done 'missing' -Says $says
}

function Restore-HostValue {
    <#
    .SYNOPSIS
    Restores one value; what somebody has changed since only with -Force.
    .PARAMETER Entry
    Of the record.
    .PARAMETER Check
    Of Test-MayflyHost.ps1.
    .EXAMPLE
    Restore-HostValue -Entry $record.Values[0] -Check 'host-password-prompt'
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType([pscustomobject])]
    param(
        [Parameter(Mandatory)] [object] $Entry,
        [Parameter(Mandatory)] [string] $Check
    )
    $setting = 'HKLM\{0}\{1}' -f $Entry.Key, $Entry.Name
    $now = Format-MachineValue -Value (Get-MachineValue -Key $Entry.Key -Name $Entry.Name)
    $was = Format-MachineValue -Value $Entry.Before
    if ($now -eq $was) { return New-Outcome -Check $Check -Setting $setting -Done 'nothing-to-do' -Before $was -Now $now }
    if ($now -ne (Format-MachineValue -Value $Entry.After) -and -not $Force) {
        $says = "somebody has changed it since: give -Force to make it $was again"
        return New-Outcome -Check $Check -Setting $setting -Done 'refused' -Before $was -Now $now -Says $says
    }
    if (-not $PSCmdlet.ShouldProcess($setting, "restore $was, now $now")) {
        return New-Outcome -Check $Check -Setting $setting -Done 'planned' -Before $was -Now $now -Says "would become $was"
    }
    if ($Entry.Before.Present) {
        Set-MachineValue -Key $Entry.Key -Name $Entry.Name -Type $Entry.Before.Type -Data $Entry.Before.Data
    } else {
        Remove-MachineValue -Key $Entry.Key -Name $Entry.Name -WithKey:$Entry.KeyMade
    }
    New-Outcome -Check $Check -Setting $setting -Done 'restored' -Before $was -Now $was
}

function Restore-CardService {
    <#
    .SYNOPSIS
    Restores start mode and state of the service; what somebody has changed since only with -Force.
    .PARAMETER Entry
    Of the record.
    .EXAMPLE
    Restore-CardService -Entry $record.Services[0]
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType([pscustomobject])]
    param([Parameter(Mandatory)] [object] $Entry)
    $check = 'host-smart-card-service'
    $setting = "service $CardService"
    $found = Get-MachineService -Name 'SCardSvr'
    $now = '{0}, {1}' -f $found.StartMode, $found.State
    $was = '{0}, {1}' -f $Entry.Before.StartMode, $Entry.Before.State
    if ($now -eq $was) { return New-Outcome -Check $check -Setting $setting -Done 'nothing-to-do' -Before $was -Now $now }
    if ($found.StartMode -ne $Entry.After.StartMode -and -not $Force) {
        $says = "somebody has changed it since: give -Force to make it $was again"
        return New-Outcome -Check $check -Setting $setting -Done 'refused' -Before $was -Now $now -Says $says
    }
    if (-not $PSCmdlet.ShouldProcess($setting, "restore $was, now $now")) {
        return New-Outcome -Check $check -Setting $setting -Done 'planned' -Before $was -Now $now -Says "would become $was"
    }
    Set-MachineService -Name 'SCardSvr' -StartMode $Entry.Before.StartMode -Running ($Entry.Before.State -eq 'Running')
    New-Outcome -Check $check -Setting $setting -Done 'restored' -Before $was -Now $was
}

function Undo-Host {
    <#
    .SYNOPSIS
    Restores everything that the record says, the latest first, and keeps in the record what it could not restore.
    .PARAMETER Record
    Of Read-HostRecord.
    .EXAMPLE
    Undo-Host -Record (Read-HostRecord)
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param([Parameter(Mandatory)] [object] $Record)
    $finished = @('restored', 'nothing-to-do')
    # -WhatIf leaves the record alone as well: whatever is planned stays in it.
    foreach ($entry in @($Record.Services)) {
        $outcome = Restore-CardService -Entry $entry
        if ($finished -contains $outcome.done -and -not $WhatIfPreference) {
            $Record.Services = @($Record.Services | Where-Object { $_.Name -ne $entry.Name })
            Save-HostRecord -Record $Record
        }
        $outcome
    }
    $entries = @($Record.Values)
    [array]::Reverse($entries)
    $rows = @(Get-MayflyHostValue)
    foreach ($entry in $entries) {
        $row = @($rows | Where-Object { $_.Key -eq $entry.Key -and $_.Name -eq $entry.Name })[0]
        $outcome = Restore-HostValue -Entry $entry -Check $row.Check
        if ($finished -contains $outcome.done -and -not $WhatIfPreference) {
            $Record.Values = @($Record.Values | Where-Object { -not ($_.Key -eq $entry.Key -and $_.Name -eq $entry.Name) })
            Save-HostRecord -Record $Record
        }
        $outcome
    }
}

function Enable-Host {
    <#
    .SYNOPSIS
    Everything that a host needs, in the order in which it is told.
    .PARAMETER Record
    Of Read-HostRecord.
    .EXAMPLE
    Enable-Host -Record (Read-HostRecord)
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param([Parameter(Mandatory)] [object] $Record)
    Enable-CardService -Record $Record
    foreach ($row in Get-MayflyHostValue) { Set-HostValue -Row $row -Record $Record }
    Get-NlaOutcome
    if (-not $SkipPolicyRefresh) { Update-ComputerPolicy }
    $seconds = if ($SkipPolicyRefresh -or $WhatIfPreference) { 0 } else { 30 }
    if ($IssuingThumbprint) {
        $ntAuth = { Test-NtAuthCopy -Thumbprint $IssuingThumbprint }
        Get-CopyOutcome -Check 'host-ntauth-copy' -Setting 'the issuing CA in NTAuth' -Seconds $seconds -Present $ntAuth
    }
    if ($RootThumbprint) {
        $root = { Test-RootCopy -Thumbprint $RootThumbprint }
        Get-CopyOutcome -Check 'host-root-copy' -Setting 'the root' -Seconds $seconds -Present $root
    }
}

$record = Read-HostRecord
$outcomes = @(if ($Undo) { Undo-Host -Record $record } else { Enable-Host -Record $record })
$outcomes
if ($ExitCode) {
    $open = @($outcomes | Where-Object { @('planned', 'overridden', 'missing', 'left', 'refused') -contains $_.done })
    exit [int] ($open.Count -gt 0)
}
