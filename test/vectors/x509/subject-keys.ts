/** SubjectPublicKeyInfo of keys made once with OpenSSL, their private halves thrown away: what a card may have, and what it may not. */
const spki = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

export const cardKeys = {
  'RSA-2048 a': spki(
    'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmc221JoaxHSZrb+gsRgPjGmeBedwzEY+lZsXJVghZ+P7JodovlYn6D/DqB3SY62wC1KPdHd8jVa4' +
      'H/ppYu6/G4nSSWV3JT0P6na4TITb3JpsKtmArFriVFvI1Ig+sQfInW+pN0v432090iNbKgX50KG9w5UqPUQxSTIJLU19O+nswerXKvuPfwEjt35e90XYtC3P' +
      '7Y8w1pOluZvQU4PQnm1/6WnU4XIQ2pEFdbs0TnPvx/talQsGiH/CZHT4JqmYbaBCpzFwAijvihNi2eticguKMR0p9+4X6B/BbzkkJ/Cf48mWrSRV8E0Uupcc' +
      'azNaKNKgq/HFJi1tkrHgVUUXVQIDAQAB',
  ),
  'RSA-2048 b': spki(
    'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA4ylkJMolmV8L8rBni+dWNtoXE55GX8AUUgmXUsuAxLR02Udcb3Ss8M9xKJxZSBrgoAC1VJp4Deij' +
      'cUJxWCBxb2PXraTfJ2Sg3KZlVNDY2AGi7IFJTPjuo/sJA1+HQWfZGs7ORHgpDxGzLRWz4r2kg3lbZwszFQEVYyQ0vIzPoi5BDVIkQgmLtWy+5g/rrj1Mm77n' +
      'SHZ+wjohyZJtL2ewXQ6WwLvEhA+Cc+9WD5cwXTBrszQ3SHA95ReU3GL7jvTUeuXaYjwbxDYPZ2HpEhswHUH77Lh6O3UKM6Cbx6zc2k2TgPsfNrCIaA4nN3eE' +
      'cEGJexq+JcfGGaViAH+b/WbqNQIDAQAB',
  ),
  'RSA-3072': spki(
    'MIIBojANBgkqhkiG9w0BAQEFAAOCAY8AMIIBigKCAYEAxJxTZbjZJYt02EuyKwLt1sjUhBpxgZ+J0hzqTGnZ4XIB32opkG9aZfjYtL6z/yzYQfKlPCDZf9JK' +
      '9aQD5TYv3yCwqszveLaNTozz/kDHKWMlPmR7aStQ0mHDb8MQL37SoKymLd0uf+TA1Hbgv2ns2dIoNAQk7h6NhBG6JdVR0n0qwQDe6aWP3+FrGbuMPEdkbdoP' +
      '8N6AUArlZhyjpfNs/hvCGVNgdWGxtOp6bQfgEpRLCIfvjBlO55s+iAOX4g145BkOHmvBoBUNJLJB9Id7fYlhDql9HQUR5zTamMlHDHzJ51AzkcZy2QJF0IKI' +
      'Wl6b9v/ODn6BqvFa19LXDwtXQRcnp9FH721y8Y9fej3doj9jN8HAhtcui0RPfnnlT0A4cJ0wpAjwbpVjUUOGQLB19uKAfJ1VGPVTDDxXR240c1h/WDlCSBjl' +
      'FAzKFhrS5VH6+6dgtn4/TzNlLOoLN+wuRDpnnlzVsFLKxoaclYMeeqxs06cTLSoqJQIqkS9Gjxx5AgMBAAE=',
  ),
  'RSA-4096': spki(
    'MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAzg1yd43S5dKmw076M58F5R4CN8ADoBaqz61UkqR7vAKINLySy31wXgXuVyZySZMDdMChpNShvjaI' +
      'k0RKtCBytcpsQ5+b5G4hMKhAcWjVa0VLtTgLdWsoYrY2bxaVVuh8aM6t28oMzNx0HVBSMvaQsJxXmG9xa1VW0rYR3akWs2eKooRAc3Bsv1NzYxSqZuFD4Qdo' +
      'pqsG3GLPgt9xdYRwVS7t9iW9usNNZolonbf4orMsjPCwkyyfV0pnwG9FqfUm0b5TzMzCfdx218EwboBxBjFrj4gzhAD+jcgGt2SxwBHhhKdy1LPL0xN+ootn' +
      'hSRR2mzTEdRd0jBU1CaUclxMFv3Jd68F7UW03r8d1MyoaAR6OeIarK4O+2LH7hbbqT+FCeowgek9y/t9gjbtcxr+sKwaPbQwkL8eubznssNLbsiEvzJpipDt' +
      'wR9iQTWdrxJDkbMq8PEVYNo2L+MTyrpoB2WmNIAnbPGghK3D41rW9Xo1oluAPIzzY38+5jL/3plQw6fzyPM+brPkB1HJnfbVsr/9f+ZIMpBtUNGmHjer7I9L' +
      '6gvDxyAZ/p4LDyRyqoCLziMnVNwYdij2Fj8JP3k06zPo62ukPSSG901feYQt908R0u3v+35uFITotltdOJvkVFyZAAVW6nrD1iuyvfBbW9RBEywD1E65+gf1' +
      's95aolcCAwEAAQ==',
  ),
  'P-256 a': spki(
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaG8wnsuIFqR3gaN6/GN3t/Hi+Ud/jhUvQNrUrJRAKHccN/42A0TA4VoHVul/3jylAnGbIZoZAahnGgWmyxA1' +
      'jg==',
  ),
  'P-256 b': spki(
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqvpsE6xHoLjr4aPnaVO1OsHel+5yQvVacSDSt7q4w2vgb3bqAek0vCbXUmuo09ivcMzRmKjT5CoKKqVXNhjj' +
      '9g==',
  ),
} as const;
export const refusedKeys = {
  'RSA-1024': spki(
    'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDBY2SPh0QMKWqCRaVjZFwq2rteAMcvC42ZJPg/cW/RXXZmOxDaAQ3eYWeC1526hoszO/rjlHU8NQdwritW' +
      'PgxC071j6kvr/AUu6eDU1AZWpnjZAiMiAMJVOA6M6iwF3W3BV7Bqm0IKWSEo0yrJEpw6B8beU+Bh0KIMiQXcccngoQIDAQAB',
  ),
  'RSA-2047': spki(
    'MIIBITANBgkqhkiG9w0BAQEFAAOCAQ4AMIIBCQKCAQBQO8H3+Dk55ecWvVyvFbuWg73Z5dd/7e4a8IWuFzGxoFw1HZDvw00chMtA/OIuZ7JDI3W3SIbf7CxN' +
      'SiVnzk2qm0jgj2nRQLHddDROgGnbFt2h4JlVRqQs14Q82ljuRGAvAUxCq09PHPPJ6NK90EmEs3TizAFtZDQ2BP5j48iOgET6+bECYPdr6YMxNOhD3rh1+lM1' +
      'i0r1d4Ncjh4QSaEMcywFzkwJPAAVxQzGuPOJjsCtpitJC7WlOsPxZucBHfV73Fh7dmoFrtwGslFSY9WLIw6UrRyQifarcOI4c5+dZWXj35Lnr8tA/ZHnzpdW' +
      'xaDDAHxA3WxTBXI93HyhVJT3AgMBAAE=',
  ),
  'RSA-2048, exponent 3': spki(
    'MIIBIDANBgkqhkiG9w0BAQEFAAOCAQ0AMIIBCAKCAQEA2H0Elyos5EfIdF57+xwH3b4cb91VXi7zyB2Hwfnfi/Wwwhpe3pbT4R7oIzvh3W2N6yYtNxSj6+M4' +
      'p6X6vxzuNKUMP/lyRMfjECcPB4uGZfUOkkEKGXAmaKpTtwM6qbIkCJfKFhBiodzDqrc5YRUVSAgVorQceT3yFIsSrq6wZ3kHIVByPTGa3G6/pQQkx/L307Gu' +
      '9vZRSm+1q3MY+zF1GpTfeDm/MM39Hatuk+4QE/na7puVu9AHYCsJjg9Inbl25ovM1n/mVbkvQiNlzzcvoJ7EP0GzmDyphKsBxWALUVYGBODFGcjo/99d1B5L' +
      'IV7iF758urhRed2Ttsa0beCjjQIBAw==',
  ),
  'P-384': spki(
    'MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAERDPDle85eY0bLSZtcbMI8RP4fDaeydOZZymtLaXJmFsGObzU5c5H2FVPFC3h/vdbqwJezJc9GFFMXqtt3BVtb/mc' +
      'PrU69YghYLztiHGNYVq25ImH6O19Zl38CKbfPBJD',
  ),
  secp256k1: spki(
    'MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEvmQeDrnmzFtBgsleGxS+Yr2yfD676EamC8ZIeicjg9aXtYm2kpr25TNkCW7n7Rz7fl/CyfjNb+lxrc7HsLAElg==',
  ),
  Ed25519: spki('MCowBQYDK2VwAyEAm9ZmLQrqrhvSIEgrVovx9OSI+ftSYIDUNsRob2Ux5JU='),
  X25519: spki('MCowBQYDK2VuAyEArgA4nywOByzymd2eAy3HmLssqhI7kv6HleoLlawEHgk='),
  'RSASSA-PSS': spki(
    'MIIBIDALBgkqhkiG9w0BAQoDggEPADCCAQoCggEBAMMYa6wg8tFjG2djbh3Ogcgey8VkKw4jqf4dkFF6FB3TjzLdILkQu1g9oPa4B5n6hTCZfot/wD+lPvE8' +
      'ORRQuUi5CyswPN/HBFjI010HjPJnwnQXxYLscuTg7qwuay/dMkexpgpw8yRk5C2rnfRPdmklVV5h+QEBsq8+gHoyy9q5t1EHEdvrbkgKp1EwC7o0WZLDOWwT' +
      'VMeBpqpiU+EU1Ty2+Ga1ZMg0Ckt3o33vT4AueqCqIQ+8k8FjHVG1EtgFpM4OeNkJce9whTw8SCw/iC6fBSJD4w3HgL6iUObPTavVfaMD66pdACfnMwfTYBQB' +
      '1Ig0aEO1+0TwMMP2Jq6sAM0CAwEAAQ==',
  ),
  DSA: spki(
    'MIIBtjCCASsGByqGSM44BAEwggEeAoGBAIHYXpG1a/gyCNc41ZoL4q+0/lo07CmkIiubCuPNBuUdTEA0xzKDcGh3bpt5pTxIXTPLV8XpIxnAS1oSVxhkcTga' +
      '0Ps7TpufcVq3nTYjIjStgw2MWTlyoTfvjjr2YBf6jknPxQtKkBvSIkyEiQzlmkoWraHY/bGhk2m4i44u/78hAhUA3KLttmiAqkDt5x6HEiKHhesgLK0CgYA0' +
      '7un/CdpDlt78f2MGpFjRfNE8C+4vDVmGtgI6VCOBLHnzzy9fwCLB2zSn49/0e0NqzZZYSeJfrOWtbcb/jSII80mFx+SqUr99ewp396tHB4cawsIcP37V09SA' +
      'zYvQsc4t+rcYtgJHD2chtC4OVG6mjvzPYPOy0o52z684DIXS7gOBhAACgYAzqQsCvLwacrl+OfXJK60TKYhTM/jMGKs/i6JCH1QDIRoGw3nvWkCbGTlsBcNJ' +
      'E5v3y4pUveX74iGToSNOWaKpRWVEe2adYJXp8GcqPCeUpR3jpErPFt8ScCYw5aNgze0LtvR4npK0J1BXjeC8aSdwA+p2JufRgmU4c0eBoXAtYQ==',
  ),
} as const;
