#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Publishes Mayfly's issuing CA in Active Directory, as "mayfly ad apply" does, or takes that back.

.DESCRIPTION
Windows takes a smart card certificate only from a CA that the forest knows. Below CN=Public Key Services of the configuration partition this
script makes what is missing: a container CN=Mayfly for CRLs, the CRL of the CA's key in it, the CA certificate below CN=AIA, the root
below CN=Certification Authorities where it is Mayfly's, and, last, one value in CN=NTAuthCertificates beside those of other CAs, which
are never touched.

It takes certificates and CRLs, no key. It refuses a CA made with --lab, a CRL that the CA has not signed or that has ended, and anything but a
writable domain controller of the forest. A CRL in the directory is replaced by one with a higher number only. It may be run again at any time.

Each write is recorded before it is made (ProgramData\Mayfly.Windows\publication.undo, for administrators only). -Undo takes back what the
record says, the latest first: objects that hold nothing else are deleted, from the others Mayfly's own value is removed, and what others
have put beside it stays.

The connection is signed and sealed by Kerberos, or LDAPS with -Ldaps; there is no other way, and no password is asked for: run it as an Enterprise
Admin. Neither RSAT nor the ActiveDirectory module is needed.

.PARAMETER Certificate
File with the certificate of the issuing CA, DER or PEM: the one that "mayfly ca show" names.

.PARAMETER Crl
File with its CRL, DER or PEM: "mayfly ca crl --format der --out FILE".

.PARAMETER RootCertificate
File with the root's certificate, for a CA made with --with-root. A CA below a root of the enterprise's has none.

.PARAMETER RootCrl
File with the root's CRL: "mayfly ca crl --root".

.PARAMETER Forest
DNS name of the forest's root domain. With it a domain controller of another forest is refused.

.PARAMETER Server
DNS name of a writable domain controller; without, one of this machine's domain is found.

.PARAMETER Ldaps
Port 636 with TLS, instead of port 389 sealed by Kerberos.

.PARAMETER Undo
Takes back what the record says of this forest.

.EXAMPLE
.\Publish-MayflyCA.ps1 -Certificate .\ca.crt -Crl .\ca.crl -WhatIf

Says what is missing.

.EXAMPLE
.\Publish-MayflyCA.ps1 -Certificate .\ca.crt -Crl .\ca.crl -Forest corp.example | ConvertTo-Json

Publishes a CA that is its own root.

.EXAMPLE
.\Publish-MayflyCA.ps1 -Certificate .\ca.crt -Crl .\ca.crl -RootCertificate .\root.crt -RootCrl .\root.crl

Publishes a CA and its root.

.EXAMPLE
.\Publish-MayflyCA.ps1 -Undo -Forest corp.example

Takes everything back.

.OUTPUTS
One object for each object of the directory: forest, name, action, done, note.

.NOTES
Windows PowerShell 5.1 and PowerShell 7, elevated (for the record), as Enterprise Admin. Mayfly.Windows.psm1 lies beside it.
Domain controllers and hosts copy NTAuth and roots by themselves: gpupdate /force, else up to eight hours.
Objects and attributes: [MS-ADSC] certificationAuthority, cRLDistributionPoint; learn.microsoft.com/troubleshoot/windows-server, "Import third-party
CA certificates into the Enterprise NTAuth store".
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium', DefaultParameterSetName = 'Publish')]
[OutputType([pscustomobject])]
param(
    [Parameter(ParameterSetName = 'Publish')] [string] $Certificate,
    [Parameter(ParameterSetName = 'Publish')] [string] $Crl,
    [Parameter(ParameterSetName = 'Publish')] [string] $RootCertificate,
    [Parameter(ParameterSetName = 'Publish')] [string] $RootCrl,
    [ValidatePattern('^[A-Za-z0-9.-]+$')] [string] $Forest,
    [ValidatePattern('^[A-Za-z0-9.-]+$')] [string] $Server,
    [switch] $Ldaps,
    [Parameter(Mandatory, ParameterSetName = 'Undo')] [switch] $Undo
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'Mayfly.Windows.psm1') -Force
Assert-MayflyWindows
Add-Type -AssemblyName 'System.DirectoryServices'
Add-Type -AssemblyName 'System.DirectoryServices.Protocols'

$RecordName = 'publication.undo'
# Stands in the subject of every CA made with --lab.
$LabUnit = 'Mayfly Lab - do not trust'
# What certutil writes where the schema demands a CRL and there is none: one octet of zero.
$Filler = [byte[]] @(0)
$FillerText = [System.Convert]::ToBase64String($Filler)
# LDAP_CAP_ACTIVE_DIRECTORY_PARTIAL_SECRETS_OID, [MS-ADTS] 3.1.1.3.4.3: a read-only domain controller.
$ReadOnlyController = '1.2.840.113556.1.4.1920'
# resultCode, RFC 4511 appendix A.
$NoSuchObject = 32
$NotLeaf = 66
# What a write meets when somebody else was faster.
$Faster = @(16, 20, 68)
$MostAttempts = 5
$Hashes = @{
    '2A864886F70D01010B' = 'SHA256'; '2A864886F70D01010C' = 'SHA384'; '2A864886F70D01010D' = 'SHA512'
    '2A8648CE3D040302' = 'SHA256'; '2A8648CE3D040303' = 'SHA384'; '2A8648CE3D040304' = 'SHA512'
}

function Read-DerFile {
    <#
    .SYNOPSIS
    The octets of a file that holds one certificate or CRL, DER or PEM.
    .PARAMETER Path
    Of the file.
    .PARAMETER Label
    Of PEM.
    .EXAMPLE
    Read-DerFile -Path .\ca.crt -Label 'CERTIFICATE'
    #>
    [CmdletBinding()]
    [OutputType([byte[]])]
    param(
        [Parameter(Mandatory)] [string] $Path,
        [Parameter(Mandatory)] [string] $Label
    )
    $file = (Resolve-Path -LiteralPath $Path).ProviderPath
    if ([System.IO.FileInfo]::new($file).Length -gt 0x4000000) { throw "$file is too large for a certificate or CRL" }
    $octets = [System.IO.File]::ReadAllBytes($file)
    $text = [System.Text.Encoding]::ASCII.GetString($octets)
    if ($text.Contains('PRIVATE KEY-----')) { throw "$file holds a private key: give certificates and CRLs only, and leave the key where it is" }
    $blocks = [regex]::Matches($text, "-----BEGIN $Label-----([A-Za-z0-9+/=\s]+)-----END $Label-----")
    if ($blocks.Count -gt 1) { throw "$file holds more than one $Label" }
    if ($blocks.Count -eq 1) { $octets = [System.Convert]::FromBase64String($blocks[0].Groups[1].Value) }
    # SEQUENCE { SEQUENCE: a certificate or a CRL begins so, and a PFX does not.
    $outer = Read-DerElement -Octets $octets -From 0 -Until $octets.Length
    $inner = Read-DerElement -Octets $octets -From $outer.Content -Until $outer.Until
    if ($outer.Tag -ne 0x30 -or $inner.Tag -ne 0x30 -or $outer.Until -ne $octets.Length) { throw "$file holds no $Label" }
    # One object, not a pipeline of octets.
    , $octets
}

function Read-DerElement {
    <#
    .SYNOPSIS
    Where an element of DER begins and ends: Tag, From, Content, Until. X.690 8.1.
    .PARAMETER Octets
    All of it.
    .PARAMETER From
    First octet of the element.
    .PARAMETER Until
    End of what it lies in.
    .EXAMPLE
    Read-DerElement -Octets $octets -From 0 -Until $octets.Length
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param(
        [Parameter(Mandatory)] [byte[]] $Octets,
        [Parameter(Mandatory)] [int] $From,
        [Parameter(Mandatory)] [int] $Until
    )
    if ($From + 2 -gt $Until) { throw "DER ends at octet $From" }
    $content = $From + 2
    $length = [int] $Octets[$From + 1]
    if ($length -ge 0x80) {
        $count = $length - 0x80
        if ($count -lt 1 -or $count -gt 3 -or $content + $count -gt $Until) { throw "DER has a bad length at octet $From" }
        $length = 0
        for ($i = 0; $i -lt $count; $i++) { $length = $length * 256 + $Octets[$content + $i] }
        $content += $count
    }
    if ($content + $length -gt $Until) { throw "DER is cut short at octet $From" }
    [pscustomobject] @{ Tag = [int] $Octets[$From]; From = $From; Content = $content; Until = $content + $length }
}

function Read-DerList {
    <#
    .SYNOPSIS
    The elements inside an element of DER.
    .PARAMETER Octets
    All of it.
    .PARAMETER Element
    Of Read-DerElement.
    .EXAMPLE
    Read-DerList -Octets $octets -Element (Read-DerElement -Octets $octets -From 0 -Until $octets.Length)
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param(
        [Parameter(Mandatory)] [byte[]] $Octets,
        [Parameter(Mandatory)] [object] $Element
    )
    $at = $Element.Content
    while ($at -lt $Element.Until) {
        $found = Read-DerElement -Octets $Octets -From $at -Until $Element.Until
        $found
        $at = $found.Until
    }
}

function Get-DerPart {
    <#
    .SYNOPSIS
    The content of an element, or all of it, in upper-case hex.
    .PARAMETER Octets
    All of it.
    .PARAMETER Element
    Of Read-DerElement.
    .PARAMETER Whole
    With tag and length.
    .EXAMPLE
    Get-DerPart -Octets $octets -Element $element
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory)] [byte[]] $Octets,
        [Parameter(Mandatory)] [object] $Element,
        [switch] $Whole
    )
    $from = if ($Whole) { $Element.From } else { $Element.Content }
    [System.BitConverter]::ToString($Octets, $from, $Element.Until - $from).Replace('-', '')
}

function Copy-DerPart {
    <#
    .SYNOPSIS
    Some of the octets, as an array of their own.
    .PARAMETER Octets
    All of it.
    .PARAMETER From
    First octet.
    .PARAMETER Until
    End.
    .EXAMPLE
    Copy-DerPart -Octets $octets -From 4 -Until 10
    #>
    [CmdletBinding()]
    [OutputType([byte[]])]
    param(
        [Parameter(Mandatory)] [byte[]] $Octets,
        [Parameter(Mandatory)] [int] $From,
        [Parameter(Mandatory)] [int] $Until
    )
    $part = [byte[]]::new($Until - $From)
    [System.Array]::Copy($Octets, $From, $part, 0, $part.Length)
    , $part
}

function Read-Crl {
    <#
    .SYNOPSIS
    What a CRL says of itself: Issuer (hex of the name), NextUpdate, Number. RFC 5280 5.1.
    .PARAMETER Octets
    DER.
    .EXAMPLE
    (Read-Crl -Octets $octets).Number
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param([Parameter(Mandatory)] [byte[]] $Octets)
    $list = Read-DerElement -Octets $Octets -From 0 -Until $Octets.Length
    $parts = @(Read-DerList -Octets $Octets -Element $list)
    if ($parts.Count -ne 3) { throw 'it is no CRL' }
    $tbs = @(Read-DerList -Octets $Octets -Element $parts[0])
    if ($tbs.Count -lt 5 -or $tbs[0].Tag -ne 0x02 -or @(0x17, 0x18) -notcontains $tbs[3].Tag) { throw 'it is no CRL of version 2' }
    if (@(0x17, 0x18) -notcontains $tbs[4].Tag) { throw 'the CRL does not say when it ends' }
    $time = [System.Text.Encoding]::ASCII.GetString($Octets, $tbs[4].Content, $tbs[4].Until - $tbs[4].Content)
    # UTCTime has two digits of the year: 50 to 99 are of the last century, RFC 5280 4.1.2.5.1.
    if ($tbs[4].Tag -eq 0x17) { $time = $(if ($time -ge '50') { '19' } else { '20' }) + $time }
    $styles = [System.Globalization.DateTimeStyles]::AssumeUniversal -bor [System.Globalization.DateTimeStyles]::AdjustToUniversal
    $nextUpdate = [datetime]::ParseExact($time, 'yyyyMMddHHmmss\Z', [System.Globalization.CultureInfo]::InvariantCulture, $styles)
    $number = 0
    foreach ($tagged in @($tbs | Where-Object { $_.Tag -eq 0xA0 })) {
        $extensions = @(Read-DerList -Octets $Octets -Element $tagged)[0]
        foreach ($extension in @(Read-DerList -Octets $Octets -Element $extensions)) {
            $fields = @(Read-DerList -Octets $Octets -Element $extension)
            # cRLNumber, 2.5.29.20: an INTEGER in an OCTET STRING.
            if ((Get-DerPart -Octets $Octets -Element $fields[0]) -ne '551D14') { continue }
            $integer = @(Read-DerList -Octets $Octets -Element $fields[-1])[0]
            $number = [System.Convert]::ToInt64((Get-DerPart -Octets $Octets -Element $integer), 16)
        }
    }
    [pscustomobject] @{ Issuer = Get-DerPart -Octets $Octets -Element $tbs[2] -Whole; NextUpdate = $nextUpdate; Number = $number }
}

function Test-CrlSignature {
    <#
    .SYNOPSIS
    Whether the key of a certificate has signed a CRL.
    .PARAMETER Octets
    DER of the CRL.
    .PARAMETER Certificate
    Of the CA.
    .EXAMPLE
    Test-CrlSignature -Octets $octets -Certificate $certificate
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory)] [byte[]] $Octets,
        [Parameter(Mandatory)] [System.Security.Cryptography.X509Certificates.X509Certificate2] $Certificate
    )
    $list = Read-DerElement -Octets $Octets -From 0 -Until $Octets.Length
    $tbs, $algorithm, $bits = @(Read-DerList -Octets $Octets -Element $list)
    $identifier = @(Read-DerList -Octets $Octets -Element $algorithm)
    $oid = Get-DerPart -Octets $Octets -Element $identifier[0]
    if (-not $Hashes.ContainsKey($oid)) { throw 'the CRL is signed with an algorithm that Windows should not accept: make one with SHA-256' }
    $hash = [System.Security.Cryptography.HashAlgorithmName]::new($Hashes[$oid])
    $signed = Copy-DerPart -Octets $Octets -From $tbs.From -Until $tbs.Until
    # BIT STRING: its first octet counts unused bits.
    $signature = Copy-DerPart -Octets $Octets -From ($bits.Content + 1) -Until $bits.Until
    $rsa = [System.Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPublicKey($Certificate)
    if ($null -ne $rsa) { return $rsa.VerifyData($signed, $signature, $hash, [System.Security.Cryptography.RSASignaturePadding]::Pkcs1) }
    $ecdsa = [System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::GetECDsaPublicKey($Certificate)
    if ($null -eq $ecdsa) { throw 'the key of the CA is neither RSA nor ECDSA' }
    # .NET wants r and s side by side, each as long as the key; in the CRL they are a SEQUENCE of INTEGERs.
    $digits = [int] [System.Math]::Ceiling($ecdsa.KeySize / 8) * 2
    $pair = Read-DerElement -Octets $signature -From 0 -Until $signature.Length
    $hex = @(Read-DerList -Octets $signature -Element $pair | ForEach-Object {
            (Get-DerPart -Octets $signature -Element $_).TrimStart('0').PadLeft($digits, '0')
        }) -join ''
    $flat = [byte[]] @(for ($i = 0; $i -lt $hex.Length; $i += 2) { [System.Convert]::ToByte($hex.Substring($i, 2), 16) })
    $ecdsa.VerifyData($signed, $flat, $hash)
}

function Read-Authority {
    <#
    .SYNOPSIS
    A CA as its two files say: KeyId, Certificate and Crl (octets), Subject and Issuer (hex of the names).
    .PARAMETER CertificateFile
    DER or PEM.
    .PARAMETER CrlFile
    DER or PEM.
    .EXAMPLE
    Read-Authority -CertificateFile .\ca.crt -CrlFile .\ca.crl
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param(
        [Parameter(Mandatory)] [string] $CertificateFile,
        [Parameter(Mandatory)] [string] $CrlFile
    )
    $octets = Read-DerFile -Path $CertificateFile -Label 'CERTIFICATE'
    $read = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new([byte[]] $octets)
    # One line for each part of the name, as Windows writes it.
    $units = $read.SubjectName.Decode([System.Security.Cryptography.X509Certificates.X500DistinguishedNameFlags]::UseNewLines) -split '\r?\n'
    if (@($units | Where-Object { $_.Trim() -eq "OU=$LabUnit" }).Count -gt 0) {
        throw "$CertificateFile is a lab CA: it is never published; make a CA for the domain with mayfly ca init --domain NAME"
    }
    $constraints = $read.Extensions['2.5.29.19']
    if ($null -eq $constraints -or -not $constraints.CertificateAuthority) { throw "$CertificateFile is no CA" }
    if ($read.NotAfter.ToUniversalTime() -lt [datetime]::UtcNow) { throw "$CertificateFile has ended" }
    $keyId = $read.Extensions['2.5.29.14']
    if ($null -eq $keyId) { throw "$CertificateFile has no subject key identifier: its objects are named by it" }
    $crlOctets = Read-DerFile -Path $CrlFile -Label 'X509 CRL'
    $list = Read-Crl -Octets $crlOctets
    $subject = [System.BitConverter]::ToString($read.SubjectName.RawData).Replace('-', '')
    if ($list.Issuer -ne $subject -or -not (Test-CrlSignature -Octets $crlOctets -Certificate $read)) {
        throw "$CrlFile is not of $($CertificateFile): its key has not signed it"
    }
    if ($list.NextUpdate -lt [datetime]::UtcNow) { throw "$CrlFile has ended: have the CA make a new one (mayfly ca serve)" }
    [pscustomobject] @{
        KeyId = $keyId.SubjectKeyIdentifier.ToLowerInvariant()
        Certificate = [byte[]] $octets
        Crl = [byte[]] $crlOctets
        Subject = $subject
        Issuer = [System.BitConverter]::ToString($read.IssuerName.RawData).Replace('-', '')
    }
}

function Get-DirectoryObject {
    <#
    .SYNOPSIS
    All that a forest must hold, in the order in which it is written: NTAuth comes last.
    .PARAMETER ForestName
    Distinguished name of the forest's root domain.
    .PARAMETER Issuing
    Of Read-Authority.
    .PARAMETER Root
    Of Read-Authority; the issuing CA itself where it is its own root; nothing below a root of the enterprise's.
    .EXAMPLE
    Get-DirectoryObject -ForestName 'DC=corp,DC=example' -Issuing $issuing -Root $issuing
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory)] [string] $ForestName,
        [Parameter(Mandatory)] [object] $Issuing,
        [AllowNull()] [object] $Root
    )
    $services = "CN=Public Key Services,CN=Services,CN=Configuration,$ForestName"
    @{ Name = "CN=Mayfly,CN=CDP,$services"; ObjectClass = 'container'; Attribute = ''; Value = $null; How = ''; Fillers = @() }
    @{
        Name = "CN=$($Issuing.KeyId),CN=Mayfly,CN=CDP,$services"; ObjectClass = 'cRLDistributionPoint'
        Attribute = 'certificateRevocationList'; Value = $Issuing.Crl; How = 'replaced'; Fillers = @()
    }
    if ($null -ne $Root -and $Root.KeyId -ne $Issuing.KeyId) {
        @{
            Name = "CN=$($Root.KeyId),CN=Mayfly,CN=CDP,$services"; ObjectClass = 'cRLDistributionPoint'
            Attribute = 'certificateRevocationList'; Value = $Root.Crl; How = 'replaced'; Fillers = @()
        }
    }
    @{
        Name = "CN=$($Issuing.KeyId),CN=AIA,$services"; ObjectClass = 'certificationAuthority'
        Attribute = 'cACertificate'; Value = $Issuing.Certificate; How = 'added'
        Fillers = @('authorityRevocationList', 'certificateRevocationList')
    }
    if ($null -ne $Root) {
        @{
            Name = "CN=$($Root.KeyId),CN=Certification Authorities,$services"; ObjectClass = 'certificationAuthority'
            Attribute = 'cACertificate'; Value = $Root.Certificate; How = 'added'
            Fillers = @('authorityRevocationList', 'certificateRevocationList')
        }
    }
    @{
        Name = "CN=NTAuthCertificates,$services"; ObjectClass = 'certificationAuthority'
        Attribute = 'cACertificate'; Value = $Issuing.Certificate; How = 'added'
        Fillers = @('authorityRevocationList', 'certificateRevocationList')
    }
}

function Connect-Directory {
    <#
    .SYNOPSIS
    A connection to a writable domain controller, proven and protected: Connection, Server, ForestName, Forest.
    .EXAMPLE
    (Connect-Directory).Server
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param()
    $name = $Server
    if (-not $name) {
        $writable = [System.DirectoryServices.ActiveDirectory.LocatorOptions]::WriteableRequired
        $name = [System.DirectoryServices.ActiveDirectory.Domain]::GetComputerDomain().FindDomainController($writable).Name
    }
    $port = if ($Ldaps) { 636 } else { 389 }
    $identifier = [System.DirectoryServices.Protocols.LdapDirectoryIdentifier]::new($name, $port, $true, $false)
    $connection = [System.DirectoryServices.Protocols.LdapConnection]::new($identifier)
    # Kerberos, and nothing less: it proves the domain controller as well.
    $connection.AuthType = [System.DirectoryServices.Protocols.AuthType]::Kerberos
    $connection.Timeout = [timespan]::FromSeconds(30)
    $connection.SessionOptions.ProtocolVersion = 3
    $connection.SessionOptions.ReferralChasing = [System.DirectoryServices.Protocols.ReferralChasingOptions]::None
    if ($Ldaps) {
        $connection.SessionOptions.SecureSocketLayer = $true
    } else {
        $connection.SessionOptions.Signing = $true
        $connection.SessionOptions.Sealing = $true
    }
    $connection.Bind()
    $asked = @('configurationNamingContext', 'rootDomainNamingContext', 'supportedCapabilities')
    $root = Read-Entry -Connection $connection -Name '' -Attributes $asked
    if (@($root.Attributes['supportedCapabilities'].GetValues([string])) -contains $ReadOnlyController) {
        throw "$name is a read-only domain controller: give -Server with a writable one"
    }
    $forestName = [string] @($root.Attributes['rootDomainNamingContext'].GetValues([string]))[0]
    $configuration = [string] @($root.Attributes['configurationNamingContext'].GetValues([string]))[0]
    $wanted = if ($Forest) { 'DC=' + $Forest.Replace('.', ',DC=') } else { $forestName }
    if ($forestName -ne $wanted -or $configuration -ne "CN=Configuration,$wanted") {
        throw "$name is not of forest $($Forest): it is of $configuration"
    }
    [pscustomobject] @{
        Connection = $connection; Server = $name; ForestName = $forestName
        Forest = ($forestName -replace '^DC=', '' -replace ',DC=', '.').ToLowerInvariant()
    }
}

function Get-ResultCode {
    <#
    .SYNOPSIS
    resultCode of LDAP in an error; -1 if it is of another kind.
    .PARAMETER Problem
    What a catch has.
    .EXAMPLE
    try { Read-Entry -Connection $connection -Name $name -Attributes 'objectClass' } catch { Get-ResultCode -Problem $_ }
    #>
    [CmdletBinding()]
    [OutputType([int])]
    param([Parameter(Mandatory)] [System.Management.Automation.ErrorRecord] $Problem)
    # The two editions of PowerShell wrap what a method throws differently.
    $cause = $Problem.Exception
    while ($null -ne $cause -and $cause -isnot [System.DirectoryServices.Protocols.DirectoryOperationException]) {
        $cause = $cause.InnerException
    }
    if ($null -eq $cause -or $null -eq $cause.Response) { return -1 }
    [int] $cause.Response.ResultCode
}

function Read-Entry {
    <#
    .SYNOPSIS
    One object of the directory; nothing if it is absent.
    .PARAMETER Connection
    Of Connect-Directory.
    .PARAMETER Name
    Distinguished name; '' is the root of the server.
    .PARAMETER Attributes
    Which to read.
    .EXAMPLE
    Read-Entry -Connection $connection -Name 'CN=Configuration,DC=corp,DC=example' -Attributes 'objectClass'
    #>
    [CmdletBinding()]
    [OutputType([object])]
    param(
        [Parameter(Mandatory)] [object] $Connection,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Name,
        [Parameter(Mandatory)] [string[]] $Attributes
    )
    $scope = [System.DirectoryServices.Protocols.SearchScope]::Base
    $request = [System.DirectoryServices.Protocols.SearchRequest]::new($Name, '(objectClass=*)', $scope, $Attributes)
    try {
        $response = $Connection.SendRequest($request)
    } catch {
        if ((Get-ResultCode -Problem $_) -eq $NoSuchObject) { return }
        throw
    }
    if ($response.Entries.Count -gt 0) { $response.Entries[0] }
}

function Get-EntryValue {
    <#
    .SYNOPSIS
    The values of an attribute, each in base64.
    .PARAMETER Entry
    Of Read-Entry.
    .PARAMETER Attribute
    Which.
    .EXAMPLE
    Get-EntryValue -Entry $entry -Attribute 'cACertificate'
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory)] [object] $Entry,
        [Parameter(Mandatory)] [string] $Attribute
    )
    if (-not $Entry.Attributes.Contains($Attribute)) { return }
    foreach ($octets in $Entry.Attributes[$Attribute].GetValues([byte[]])) { [System.Convert]::ToBase64String($octets) }
}

function Add-Entry {
    <#
    .SYNOPSIS
    Makes one object of the directory.
    .PARAMETER Connection
    Of Connect-Directory.
    .PARAMETER Object
    Of Get-DirectoryObject.
    .EXAMPLE
    Add-Entry -Connection $connection -Object $object
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [object] $Connection,
        [Parameter(Mandatory)] [hashtable] $Object
    )
    $request = [System.DirectoryServices.Protocols.AddRequest]::new()
    $request.DistinguishedName = $Object.Name
    $classes = [object[]] @('top', $Object.ObjectClass)
    $null = $request.Attributes.Add([System.DirectoryServices.Protocols.DirectoryAttribute]::new('objectClass', $classes))
    foreach ($filled in $Object.Fillers) {
        $null = $request.Attributes.Add([System.DirectoryServices.Protocols.DirectoryAttribute]::new($filled, $Filler))
    }
    if ($Object.Attribute -ne '') {
        $octets = [byte[]] $Object.Value
        $null = $request.Attributes.Add([System.DirectoryServices.Protocols.DirectoryAttribute]::new($Object.Attribute, $octets))
    }
    $null = $Connection.SendRequest($request)
}

function Edit-Entry {
    <#
    .SYNOPSIS
    Adds and removes values of one attribute, all in one write: it holds only against the values it was decided on.
    .PARAMETER Connection
    Of Connect-Directory.
    .PARAMETER Name
    Distinguished name.
    .PARAMETER Attribute
    Which.
    .PARAMETER Changes
    In their order: Operation (Add, Delete) and values in Base64. One without values is left out.
    .EXAMPLE
    Edit-Entry -Connection $connection -Name $name -Attribute 'cACertificate' -Changes @{ Operation = 'Add'; Base64 = @($value) }
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [object] $Connection,
        [Parameter(Mandatory)] [string] $Name,
        [Parameter(Mandatory)] [string] $Attribute,
        [Parameter(Mandatory)] [hashtable[]] $Changes
    )
    $request = [System.DirectoryServices.Protocols.ModifyRequest]::new()
    $request.DistinguishedName = $Name
    foreach ($change in $Changes) {
        if (@($change.Base64).Count -eq 0) { continue }
        $modification = [System.DirectoryServices.Protocols.DirectoryAttributeModification]::new()
        $modification.Name = $Attribute
        $modification.Operation = [System.DirectoryServices.Protocols.DirectoryAttributeOperation] $change.Operation
        foreach ($value in $change.Base64) { $null = $modification.Add([System.Convert]::FromBase64String($value)) }
        $null = $request.Modifications.Add($modification)
    }
    $null = $Connection.SendRequest($request)
}

function Remove-Entry {
    <#
    .SYNOPSIS
    Deletes one object of the directory: deleted, or left where other objects are below it.
    .PARAMETER Connection
    Of Connect-Directory.
    .PARAMETER Name
    Distinguished name.
    .EXAMPLE
    Remove-Entry -Connection $connection -Name $name
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory)] [object] $Connection,
        [Parameter(Mandatory)] [string] $Name
    )
    try {
        $null = $Connection.SendRequest([System.DirectoryServices.Protocols.DeleteRequest]::new($Name))
        'deleted'
    } catch {
        if ((Get-ResultCode -Problem $_) -ne $NotLeaf) { throw }
        'left'
    }
}

function Compare-Entry {
    <#
    .SYNOPSIS
    What is to be done with one object: Action ('' if nothing), Current (its values in base64), Note.
    .PARAMETER Connection
    Of Connect-Directory.
    .PARAMETER Object
    Of Get-DirectoryObject.
    .EXAMPLE
    (Compare-Entry -Connection $connection -Object $object).Action
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param(
        [Parameter(Mandatory)] [object] $Connection,
        [Parameter(Mandatory)] [hashtable] $Object
    )
    $attributes = @('objectClass') + @(if ($Object.Attribute -ne '') { $Object.Attribute })
    $entry = Read-Entry -Connection $Connection -Name $Object.Name -Attributes $attributes
    if ($null -eq $entry) { return [pscustomobject] @{ Action = 'create'; Current = @(); Note = '' } }
    $classes = @(if ($entry.Attributes.Contains('objectClass')) { $entry.Attributes['objectClass'].GetValues([string]) })
    if ($classes -notcontains $Object.ObjectClass) {
        throw "$($Object.Name) is there and is no $($Object.ObjectClass): move it away, or run this as somebody who may read it"
    }
    if ($Object.Attribute -eq '') { return [pscustomobject] @{ Action = ''; Current = @(); Note = '' } }
    $current = @(Get-EntryValue -Entry $entry -Attribute $Object.Attribute)
    # Base64 differs in case: nothing but an exact comparison will do.
    if ($current -ccontains [System.Convert]::ToBase64String($Object.Value)) {
        return [pscustomobject] @{ Action = ''; Current = $current; Note = '' }
    }
    if ($Object.How -eq 'added') { return [pscustomobject] @{ Action = 'add-value'; Current = $current; Note = '' } }
    $newest = 0
    foreach ($held in $current) {
        # A filler, or damaged: anything is newer.
        try { $number = (Read-Crl -Octets ([System.Convert]::FromBase64String($held))).Number } catch { $number = 0 }
        if ($number -gt $newest) { $newest = $number }
    }
    if ($current.Count -gt 0 -and (Read-Crl -Octets $Object.Value).Number -le $newest) {
        return [pscustomobject] @{ Action = ''; Current = $current; Note = "CRL number $newest is there already" }
    }
    [pscustomobject] @{ Action = 'replace-value'; Current = $current; Note = '' }
}

function Add-Record {
    <#
    .SYNOPSIS
    Writes down what will be done, before it is done.
    .PARAMETER Entry
    One write, or that all before it is taken back.
    .EXAMPLE
    Add-Record -Entry @{ forest = 'corp.example'; action = 'undone'; name = ''; attribute = ''; value = '' }
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [hashtable] $Entry)
    $line = ConvertTo-Json -InputObject $Entry -Compress
    Write-MayflyRecordFile -Name $RecordName -Text ((Read-MayflyRecordFile -Name $RecordName) + $line + "`n")
}

function Get-OpenRecord {
    <#
    .SYNOPSIS
    What is not taken back yet in a forest, the latest first.
    .PARAMETER Forest
    DNS name.
    .EXAMPLE
    Get-OpenRecord -Forest 'corp.example'
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param([Parameter(Mandatory)] [string] $Forest)
    $open = @()
    foreach ($line in (Read-MayflyRecordFile -Name $RecordName) -split "`n") {
        if ($line -eq '') { continue }
        $entry = ConvertFrom-Json -InputObject $line
        if ($entry.forest -ne $Forest) { continue }
        if ($entry.action -eq 'undone') { $open = @() } else { $open += $entry }
    }
    [array]::Reverse($open)
    $open
}

function New-Outcome {
    <#
    .SYNOPSIS
    What became of one object of the directory.
    .PARAMETER Forest
    DNS name.
    .PARAMETER Name
    Distinguished name.
    .PARAMETER Action
    create, add-value, replace-value; '' if there is nothing to do.
    .PARAMETER Done
    good, written, planned, deleted, value-removed, nothing-to-do or left.
    .PARAMETER Note
    Why.
    .EXAMPLE
    New-Outcome -Forest 'corp.example' -Name $name -Action 'create' -Done 'written'
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param(
        [Parameter(Mandatory)] [string] $Forest,
        [Parameter(Mandatory)] [string] $Name,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Action,
        [Parameter(Mandatory)] [string] $Done,
        [string] $Note = ''
    )
    [pscustomobject] [ordered] @{ forest = $Forest; name = $Name; action = $Action; done = $Done; note = $Note }
}

function Publish-Entry {
    <#
    .SYNOPSIS
    Brings one object to where it is to be; may be called again, and by several at once.
    .PARAMETER Directory
    Of Connect-Directory.
    .PARAMETER Object
    Of Get-DirectoryObject.
    .EXAMPLE
    Publish-Entry -Directory $directory -Object $object
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType([pscustomobject])]
    param(
        [Parameter(Mandatory)] [object] $Directory,
        [Parameter(Mandatory)] [hashtable] $Object
    )
    $connection = $Directory.Connection
    for ($attempt = 1; $attempt -le $MostAttempts; $attempt++) {
        $compared = Compare-Entry -Connection $connection -Object $Object
        $action = $compared.Action
        if ($action -eq '') { return New-Outcome -Forest $Directory.Forest -Name $Object.Name -Action '' -Done 'good' -Note $compared.Note }
        if (-not $PSCmdlet.ShouldProcess($Object.Name, $action)) {
            return New-Outcome -Forest $Directory.Forest -Name $Object.Name -Action $action -Done 'planned'
        }
        $value = if ($Object.Attribute -eq '') { '' } else { [System.Convert]::ToBase64String($Object.Value) }
        Add-Record -Entry @{ forest = $Directory.Forest; action = $action; name = $Object.Name; attribute = $Object.Attribute; value = $value }
        try {
            switch ($action) {
                'create' { Add-Entry -Connection $connection -Object $Object }
                'add-value' {
                    $changes = @{ Operation = 'Add'; Base64 = @($value) }
                    Edit-Entry -Connection $connection -Name $Object.Name -Attribute $Object.Attribute -Changes $changes
                }
                'replace-value' {
                    # The attribute takes one value, [MS-ADA1] certificateRevocationList: the one before goes first.
                    $changes = @(@{ Operation = 'Delete'; Base64 = $compared.Current }, @{ Operation = 'Add'; Base64 = @($value) })
                    Edit-Entry -Connection $connection -Name $Object.Name -Attribute $Object.Attribute -Changes $changes
                }
            }
        } catch {
            if ($Faster -notcontains (Get-ResultCode -Problem $_) -or $attempt -eq $MostAttempts) { throw }
            continue
        }
        # What was written is read again: a server that says yes and does not do it is found here.
        if ((Compare-Entry -Connection $connection -Object $Object).Action -eq '') {
            return New-Outcome -Forest $Directory.Forest -Name $Object.Name -Action $action -Done 'written'
        }
    }
    throw "$($Object.Name) is written, and not there: another process may be writing it, run this again"
}

function Undo-Entry {
    <#
    .SYNOPSIS
    Takes one write back, if it is still there; what others have put beside it stays.
    .PARAMETER Directory
    Of Connect-Directory.
    .PARAMETER Entry
    Of Get-OpenRecord.
    .EXAMPLE
    Get-OpenRecord -Forest 'corp.example' | ForEach-Object { Undo-Entry -Directory $directory -Entry $_ }
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType([pscustomobject])]
    param(
        [Parameter(Mandatory)] [object] $Directory,
        [Parameter(Mandatory)] [object] $Entry
    )
    # The record decides what an Enterprise Admin deletes: nothing outside of where this script publishes, whatever it says.
    $services = ",CN=Public Key Services,CN=Services,CN=Configuration,$($Directory.ForestName)"
    if (-not $Entry.name.EndsWith($services, [System.StringComparison]::OrdinalIgnoreCase)) {
        throw "the record $RecordName is damaged: it names $($Entry.name), which is not published"
    }
    $told = @{ Forest = $Directory.Forest; Name = $Entry.name; Action = $Entry.action }
    if ($Entry.action -eq 'replace-value') {
        return New-Outcome @told -Done 'left' -Note 'the object was there before; its CRL is the newest'
    }
    $connection = $Directory.Connection
    $attributes = if ($Entry.attribute -eq '') { @('objectClass') } else { @($Entry.attribute) }
    $found = Read-Entry -Connection $connection -Name $Entry.name -Attributes $attributes
    if ($null -eq $found) { return New-Outcome @told -Done 'nothing-to-do' }
    $values = @(if ($Entry.attribute -ne '') { Get-EntryValue -Entry $found -Attribute $Entry.attribute })
    # Of a CRL object that was made here every CRL is Mayfly's: newer ones have taken the place of the first.
    $isCrl = $Entry.action -eq 'create' -and $Entry.attribute -eq 'certificateRevocationList'
    $own = @($values | Where-Object { $isCrl -or $_ -ceq $Entry.value })
    $others = @($values | Where-Object { $own -cnotcontains $_ -and $_ -cne $FillerText })
    $deletes = $Entry.action -eq 'create' -and $others.Count -eq 0
    if (-not $deletes -and $own.Count -eq 0) { return New-Outcome @told -Done 'nothing-to-do' }
    $undoing = if ($deletes) { 'delete' } else { 'remove the value' }
    if (-not $PSCmdlet.ShouldProcess($Entry.name, $undoing)) { return New-Outcome @told -Done 'planned' }
    if ($deletes) {
        $done = Remove-Entry -Connection $connection -Name $Entry.name
        $note = if ($done -eq 'left') { 'other objects are below it' } else { '' }
        return New-Outcome @told -Done $done -Note $note
    }
    # The attribute is mandatory: the last value of it cannot go without another in its place.
    $place = @(if ($own.Count -eq $values.Count) { $FillerText })
    $changes = @(@{ Operation = 'Add'; Base64 = $place }, @{ Operation = 'Delete'; Base64 = $own })
    Edit-Entry -Connection $connection -Name $Entry.name -Attribute $Entry.attribute -Changes $changes
    New-Outcome @told -Done 'value-removed'
}

if ($Undo) {
    $directory = Connect-Directory
    try {
        $entries = @(Get-OpenRecord -Forest $directory.Forest)
        $kept = $false
        foreach ($entry in $entries) {
            $outcome = Undo-Entry -Directory $directory -Entry $entry
            if ($outcome.done -eq 'planned') { $kept = $true }
            $outcome
        }
        # What -Confirm was answered with no stays in the record.
        if ($entries.Count -gt 0 -and -not $kept -and $PSCmdlet.ShouldProcess($RecordName, 'note that everything is taken back')) {
            Add-Record -Entry @{ forest = $directory.Forest; action = 'undone'; name = ''; attribute = ''; value = '' }
        }
    } finally { $directory.Connection.Dispose() }
    return
}
# Not mandatory: PowerShell would ask for them.
if (-not ($Certificate -and $Crl)) { throw 'give -Certificate and -Crl, or -Undo' }
$issuing = Read-Authority -CertificateFile $Certificate -CrlFile $Crl
$root = $null
if ($issuing.Issuer -eq $issuing.Subject) {
    if ($RootCertificate -or $RootCrl) { throw "$Certificate is its own root: leave -RootCertificate and -RootCrl out" }
    $root = $issuing
} elseif ($RootCertificate -or $RootCrl) {
    if (-not ($RootCertificate -and $RootCrl)) { throw 'give -RootCertificate and -RootCrl, or neither' }
    $root = Read-Authority -CertificateFile $RootCertificate -CrlFile $RootCrl
    if ($root.Subject -ne $issuing.Issuer -or $root.Issuer -ne $root.Subject) { throw "$RootCertificate is not the root of $Certificate" }
}
$directory = Connect-Directory
try {
    foreach ($object in Get-DirectoryObject -ForestName $directory.ForestName -Issuing $issuing -Root $root) {
        Publish-Entry -Directory $directory -Object $object
    }
} finally { $directory.Connection.Dispose() }
