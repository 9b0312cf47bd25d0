//! PEM as far as rules look into it: which blocks there are, and what is in them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// A block between `BEGIN` and `END`.
pub(in crate::rules) struct Block<'a> {
    /// `CERTIFICATE`, `RSA PRIVATE KEY` and the like.
    pub label: &'a str,
    /// Its content, wiped on drop because it may be a key. None if it has headers or is not base64.
    pub der: Option<Zeroizing<Vec<u8>>>,
}

/// The blocks of a text, in order.
pub(in crate::rules) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let Some((label, body)) = after.split_once("-----") else {
            break;
        };
        let Some((body, after)) = body.split_once(&format!("-----END {label}-----")) else {
            rest = body;
            continue;
        };
        let packed: Zeroizing<String> = Zeroizing::new(body.split_whitespace().collect());
        let der = STANDARD.decode(packed.as_bytes()).ok().map(Zeroizing::new);
        found.push(Block { label, der });
        rest = after;
    }
    found
}

/// The blocks that are certificates.
pub(in crate::rules) fn certificates(text: &str) -> impl Iterator<Item = Block<'_>> {
    blocks(text)
        .into_iter()
        .filter(|block| block.label == "CERTIFICATE")
}

/// Certificates and keys that were generated for these tests.
#[cfg(test)]
pub(in crate::rules) mod samples {
    /// For all names of the domain in fixtures.
    pub(in crate::rules) const WHOLE: [&str; 2] = [
        "-----BEGIN CERTIFICATE-----
MIIB0jCCAXigAwIBAgIUZFmzGbmcsLCnSkELY8+7IlpIf+YwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPZ2l0cG9kLmFjbWUuZGV2MCAXDTI2MTEyMTEyMTkzN1oYDzIx
MjYxMDI4MTIxOTM3WjAaMRgwFgYDVQQDDA9naXRwb2QuYWNtZS5kZXYwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAARYSQiKo78Z5esdIZ/kfFTSR7mF0UEenEJOACeU
6IcOgcuA6szg5idOYsMCO8QXBQtJrsFzFl/q1yggxUow0f2Vo4GZMIGWMB0GA1Ud
DgQWBBS1xV5DVmBWRNN/z3aZUWC+mFkrRjAfBgNVHSMEGDAWgBS1xV5DVmBWRNN/
z3aZUWC+mFkrRjAPBgNVHRMBAf8EBTADAQH/MEMGA1UdEQQ8MDqCD2dpdHBvZC5h
Y21lLmRldoIRKi5naXRwb2QuYWNtZS5kZXaCFCoud3MuZ2l0cG9kLmFjbWUuZGV2
MAoGCCqGSM49BAMCA0gAMEUCIQCQSBPFU+oswDnCJVtjLJ0giDKTTNGrUHK+Iww8
9WQGlAIgMKQ22eLfg0g2xLFki+lzk71qosECGM9YYf1SHWZLn3o=
-----END CERTIFICATE-----
",
        "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgrGu7krFbb0gU055k
tQ9L9Mw3Oh+lJXCo58javODXWSShRANCAARYSQiKo78Z5esdIZ/kfFTSR7mF0UEe
nEJOACeU6IcOgcuA6szg5idOYsMCO8QXBQtJrsFzFl/q1yggxUow0f2V
-----END PRIVATE KEY-----
",
    ];
    /// For that and `*.` before it alone.
    pub(in crate::rules) const SHORT: &str = "-----BEGIN CERTIFICATE-----
MIIBvDCCAWKgAwIBAgIUePqR1PAuB1QDUB7xPox4ukI22uIwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPZ2l0cG9kLmFjbWUuZGV2MCAXDTI2MTEyMTEyMTkzN1oYDzIx
MjYxMDI4MTIxOTM3WjAaMRgwFgYDVQQDDA9naXRwb2QuYWNtZS5kZXYwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAARYSQiKo78Z5esdIZ/kfFTSR7mF0UEenEJOACeU
6IcOgcuA6szg5idOYsMCO8QXBQtJrsFzFl/q1yggxUow0f2Vo4GDMIGAMB0GA1Ud
DgQWBBS1xV5DVmBWRNN/z3aZUWC+mFkrRjAfBgNVHSMEGDAWgBS1xV5DVmBWRNN/
z3aZUWC+mFkrRjAPBgNVHRMBAf8EBTADAQH/MC0GA1UdEQQmMCSCD2dpdHBvZC5h
Y21lLmRldoIRKi5naXRwb2QuYWNtZS5kZXYwCgYIKoZIzj0EAwIDSAAwRQIhAJMA
yNuNuxHV/CDPgQd+1Od0vFAoBh2A9F2I2TjDRrHaAiA/wDFXRNGdb7TVfw5A9r0i
9/kX2G37rlWrBFYygGPaxQ==
-----END CERTIFICATE-----
";
    /// A key of the same kind that is of neither.
    pub(in crate::rules) const OTHER: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPWZ0FEgEGk55KDY1
qk8nCpJqmMZNggIw/jBxi2rGsNGhRANCAASt7G0TtcKswP5jE4SFPi1uhHeUNsOi
4TUlWsndk94YSEFsYuisQv0Py4A3qD14FLrvdIp7vE2ym9smJoSFoM3f
-----END PRIVATE KEY-----
";
    /// For all names again, the first of them by `*.acme.dev`.
    pub(in crate::rules) const RSA: [&str; 2] = [
        "-----BEGIN CERTIFICATE-----
MIIDWTCCAkGgAwIBAgIURVI7k2jKes60Ktz/mrKNCU/JhcMwDQYJKoZIhvcNAQEL
BQAwGjEYMBYGA1UEAwwPZ2l0cG9kLmFjbWUuZGV2MCAXDTI2MTEyMTEyMTkzN1oY
DzIxMjYxMDI4MTIxOTM3WjAaMRgwFgYDVQQDDA9naXRwb2QuYWNtZS5kZXYwggEi
MA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQCtOjfkbgZBWGVxUDTbP+b4mJrC
xdJQeaby3Cn38oOzda0/GXhu+oUwH9n1TQHhoVyJ0JkmThDIAOz4F9JDi7qXbGgw
ERt6r156Cz/oF+ZpWZ0U/lmJZRaEJesSXagehyJ430HNUX/T9ChByT9iy84bX3Hb
XG1I6DFlzd8EsvHI+gpkopFDArVnI7pzTgkB/vVD9nNxgz+NwJwbOZu5wBtvExIf
umU4v4TAhFU6xLZj1qlugj8YCTya7qi5UlV9fYFf4QJDK8AxkU+VcBoN846XjJjF
giuEpNX92P5wfeKqtKO8OfuELbGux2i305v79/vCjkNmWoJ7dt9hBIgDiWHvAgMB
AAGjgZQwgZEwHQYDVR0OBBYEFIhCV/XOzvUYTf9zKXRxZ69JKkhJMB8GA1UdIwQY
MBaAFIhCV/XOzvUYTf9zKXRxZ69JKkhJMA8GA1UdEwEB/wQFMAMBAf8wPgYDVR0R
BDcwNYIKKi5hY21lLmRldoIRKi5naXRwb2QuYWNtZS5kZXaCFCoud3MuZ2l0cG9k
LmFjbWUuZGV2MA0GCSqGSIb3DQEBCwUAA4IBAQCiWAXsDxw23CXK/bakeejNV42l
Xjj01Yj7f41ckAPZHA+LFPgsXpBEF4yzKYJYy8kQpLf8ZxJvIlXa7T7c8X2z3OtA
Wch6olQaL7ih3h8cX7gebIg0INgfaDMt6jgbyaAxfhiGWGcnyvJMjPhS78ECAu54
pTjuDDh+y/b72VP6WLsSBQ0/tCfFGvL0KnxP7zYaMUttMHF/ojspjdzfmOWXOGzd
RAoSkNKkecXq75rRq+rN+1eYqkFx5rfp8q7OL1i6VT5FYUYb+3E6yHLcFuFPNbak
Wlkv49PssHkvupGqYtiTI0c1uYrRadvM2rl7VVXZjYQJRVVR5e+/g70IoZmn
-----END CERTIFICATE-----
",
        "-----BEGIN PRIVATE KEY-----
MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCtOjfkbgZBWGVx
UDTbP+b4mJrCxdJQeaby3Cn38oOzda0/GXhu+oUwH9n1TQHhoVyJ0JkmThDIAOz4
F9JDi7qXbGgwERt6r156Cz/oF+ZpWZ0U/lmJZRaEJesSXagehyJ430HNUX/T9ChB
yT9iy84bX3HbXG1I6DFlzd8EsvHI+gpkopFDArVnI7pzTgkB/vVD9nNxgz+NwJwb
OZu5wBtvExIfumU4v4TAhFU6xLZj1qlugj8YCTya7qi5UlV9fYFf4QJDK8AxkU+V
cBoN846XjJjFgiuEpNX92P5wfeKqtKO8OfuELbGux2i305v79/vCjkNmWoJ7dt9h
BIgDiWHvAgMBAAECgf8lTnWH3rKtYAbfPlW9asF1lUXhV0HA3+muH7w/drbmZsbX
0Arbl37TVeaa3JRpA1diEoqk115fcDn/EhE2etAsEJMscZPOxykaMKdfh+hKpd/q
UDIrde8wQk+iPolc1opi0wdp7DR5Pgrk7On+B6Ioh0OGlC4GHy6maNIWZC8lspzq
w4d+MfhY77Ryg8RWu88+8TbBPJbpekMvDwImBkDS45ZcxijiAskytFBY3TAQXLtn
M7N2YUjdib7OMR7BMe0tIIx5pfxSRE5WZV26YfmV9dgNmmjgxZ8tPmI6SIEKYgc4
OqNj4D7zE5bnGOMLXm/kYGVbnsBBD1YmEA8YyyECgYEA6lUWp/YqHMvmkHRj3/gn
SSldFMQVPjknqcslTLtXi/YNywp5rLmGPXYYnHzB52JRhejZC9XimUk3AEBNJ3GP
cC36OcnDI1sHJaQb4XuUB6HPg04Fxs2TbX/QpFGDAJ1J3ZueyLG927lri+BasABx
PqWcKiHO/rBKfelhi23rz58CgYEAvT603eSRanClPZLKNcqJSSRrR1HgfRSEonj/
S44ysK4469X5RCaEzKqU/dfOfLCmR5dNZgkgYhozvSpgOXBPMxHExV4ucaQmDSJi
SfMw7PLxkdgoNoY+cvIe0tMjcRwuZsXzdjchWgTjHGV2zZudk6jM2mxnGeQyTjw0
wBmNC7ECgYEAwaZFjdIpZRi/1hrJOpppZNWQ/Ys5fu1esLuXfHzJUXmqVmO2v52l
qP8CQbf7ygp/EmmljFlZ5JETqdp5qCH5hpwIUF9DKuGb22huPf2RDGmVAo6kyXCz
5+abdl+CIizZkRB8vJ/eJUlq7fIfH5mN/FaB4nOECweG19zY5o+VM0MCgYBEKLWT
xaLqJzAcgSX7Qbs4cLmCsmacJiuvKM0qNUjkgZtWtXZVqVnjLP0EgBmKp0T8O+5Q
dbEIJE/GLeECTwT3a8rnGwi3PVvHFz83SzOv48BFuwigurD7TWD0pb76GiBMO7d4
OFr2xRPXQmQLoaSbbgx6DtkDZkEIFH8bQRifwQKBgQCOOyaCsdVLASvGvTJJVexo
KKD2B1fkoccYE90FPVwiBgLi8SA5oDKnecBtfeb4/Mr6Zup8tB8YCj+WE5fkfO4O
7sWF63d8u6GQQFq/PFDb9xZYLHmPOH3TiOE2/QZzQgKt1bKsX1Kmr2LdW2+0wu2u
CWsD/RLnGGlHJgJ/QnXDZw==
-----END PRIVATE KEY-----
",
    ];
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn blocks_are_found_between_other_things() {
        let text = "# mine\n-----BEGIN A-----\nZ28=\n-----END A-----\n-----BEGIN B C-----\nKey: x\n\n-----END B C-----\n-----BEGIN D-----\n";
        let found: Vec<_> = blocks(text)
            .iter()
            .map(|b| (b.label, b.der.as_ref().map(|d| d.to_vec())))
            .collect();
        assert_eq!(found, [("A", Some(b"go".to_vec())), ("B C", None)]);
    }
}
