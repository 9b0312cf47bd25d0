//! The exact looks of each style, and what is refused.

use gkc_core::emit::data::{Data, entry, map, map_of, null, opt, seq};
use gkc_core::emit::filled::{Rendered, render};
use gkc_core::emit::render::RenderError;
use gkc_core::emit::yaml::Style;
use gkc_core::emit::{hujson, json, yaml};
use gkc_core::origin::Origin;
use gkc_core::text::{Late, SecretId, Text};
use gkc_core::text::{SecretValue, Values};

/// Nothing but one secret.
struct Store(Option<SecretValue>);

impl Values for Store {
    fn secret(&self, id: &SecretId) -> Option<SecretValue> {
        self.0.clone().filter(|_| id.0 == "s")
    }

    fn late(&self, _: &Late) -> Option<String> {
        None
    }
}

fn late_store() -> Store {
    Store(Some(SecretValue::Late(Late {
        variable: "var_s".to_owned(),
        sensitive: true,
    })))
}

fn file(text: &Text, store: &Store) -> String {
    String::from_utf8(render(text, store).unwrap().bytes).unwrap()
}

fn bound(value: &str) -> Store {
    Store(Some(SecretValue::Bytes(value.into())))
}

#[test]
fn a_scalar_with_a_hole_is_quoted_bound_or_late() {
    let url = Text::concat([&"https://".into(), &Text::late("host", false), &"/x?${y}".into()]);
    let document = map([
        ("bindable", Data::from(Text::bindable("a.example"))),
        ("late", url.into()),
        ("secret", Text::secret("s").into()),
        ("data", Text::secret("s").base64().into()),
        ("plain", "${HOME}".into()),
    ]);
    let written = yaml::write_one(&document);
    assert_eq!(
        file(&written.text, &bound("p\"w")),
        "bindable: \"a.example\"\nlate: ${jsonencode(\"https://${host}/x?$${y}\")}\nsecret: \"p\\\"w\"\n\
         data: \"cCJ3\"\nplain: \"$${HOME}\"\n"
    );
    assert_eq!(
        file(&written.text, &late_store()),
        "bindable: \"a.example\"\nlate: ${jsonencode(\"https://${host}/x?$${y}\")}\nsecret: ${jsonencode(var_s)}\n\
         data: ${jsonencode(base64encode(var_s))}\nplain: \"$${HOME}\"\n"
    );
}

#[test]
fn a_script_with_quoted_holes_stays_a_block() {
    let script = Text::concat([
        &"#!/bin/sh\nset -eu\njoin ".into(),
        &Text::secret("s").shell(),
        &" \"${1}\"\n".into(),
    ]);
    let raw = Text::concat([&"a\n".into(), &Text::secret("s"), &"\n".into()]);
    let may_be_empty = Text::concat([&"a\n".into(), &Text::secret("s").base64()]);
    let document = seq([script, raw, may_be_empty]);
    let text = yaml::write_one(&document).text;
    assert_eq!(
        file(&text, &bound("it's\nx")),
        "- |\n  #!/bin/sh\n  set -eu\n  join 'it'\\''s x' \"${1}\"\n- \"a\\nit's\\nx\\n\"\n- \"a\\naXQncwp4\"\n"
    );
    assert_eq!(
        file(&text, &late_store()),
        "- |\n  #!/bin/sh\n  set -eu\n  join ${\"'${replace(replace(var_s, \"\\n\", \" \"), \"'\", \"'\\\\''\")}'\"} \
         \"$${1}\"\n- ${jsonencode(\"a\\n${var_s}\\n\")}\n- ${jsonencode(\"a\\n${base64encode(var_s)}\")}\n"
    );
}

#[test]
fn documents_first_line_and_quotes_everywhere() {
    let style = Style {
        quote_all_strings: true,
        first_line: Some("#cloud-config"),
    };
    let documents = [
        map([("a", Data::from("b")), ("count", 1.into())]),
        map([("c", Data::from("d\ne\n"))]),
    ];
    assert_eq!(
        file(&yaml::write(&documents, style).text, &bound("")),
        "#cloud-config\na: \"b\"\ncount: 1\n---\nc: \"d\\ne\\n\"\n"
    );
}

#[test]
fn comments_stand_above_what_they_are_about() {
    let document = map([
        ("a", Data::from("b").commented("Why b.")),
        (
            "list",
            seq([
                Data::from("x").commented("Why x.\n# twice"),
                map([("k", Data::from("v").commented("Why v."))]),
            ]),
        ),
    ]);
    assert_eq!(
        file(&yaml::write_one(&document).text, &bound("")),
        "# Why b.\na: b\nlist:\n  # Why x.\n  # # twice\n  - x\n  -\n    # Why v.\n    k: v\n"
    );
}

#[test]
fn each_line_knows_where_it_comes_from() {
    let document = map([
        ("a", Data::from("b").with_origin(Origin::Fact("a"))),
        (
            "c",
            seq([
                map([("d", Data::from("x\ny\n").with_origin(Origin::Fact("d")))]),
                Data::from("e"),
            ]),
        ),
    ])
    .with_origin(Origin::Default("top"));
    let names: Vec<_> = yaml::write_one(&document)
        .line_origins
        .into_iter()
        .map(|origin| match origin {
            Some(Origin::Fact(name) | Origin::Default(name)) => name,
            _ => "",
        })
        .collect();
    assert_eq!(names, ["a", "top", "d", "d", "d", "top"]);
}

#[test]
fn json_is_pretty_or_compact() {
    let document = map([
        ("a", seq([1, 2])),
        ("b", map([("c", null())])),
        ("d", seq([] as [&str; 0])),
    ]);
    assert_eq!(
        file(&json::pretty(&document).text, &bound("")),
        "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {\n    \"c\": null\n  },\n  \"d\": []\n}\n"
    );
    let auths = map([(
        "auths",
        map([(
            "r.example",
            map([("auth", Data::from(Text::secret("s").base64()))]),
        )]),
    )]);
    let text = json::compact(&auths).base64();
    assert_eq!(
        file(&text, &late_store()),
        "${base64encode(\"{\\\"auths\\\":{\\\"r.example\\\":{\\\"auth\\\":${jsonencode(base64encode(var_s))}}}}\")}"
    );
}

#[test]
fn hujson_looks_as_tailscale_writes_it() {
    let rule = map_of([
        entry("action", "accept").map(|(key, node)| (key, node.commented("Nodes talk to nodes."))),
        entry("src", seq(["tag:k3s", "10.42.0.0/16"])),
        opt("proto", None::<&str>),
    ]);
    let policy = map([
        ("acls", seq([rule])),
        ("long", seq(["a-long-name-of-something-that-takes-room"; 3])),
    ])
    .commented("Made by gkc.");
    assert_eq!(
        file(&hujson::write(&policy).text, &bound("")),
        "// Made by gkc.\n{\n\t\"acls\": [\n\t\t{\n\t\t\t// Nodes talk to nodes.\n\t\t\t\"action\": \"accept\",\n\
         \t\t\t\"src\": [\"tag:k3s\", \"10.42.0.0/16\"],\n\t\t},\n\t],\n\t\"long\": [\n\
         \t\t\"a-long-name-of-something-that-takes-room\",\n\t\t\"a-long-name-of-something-that-takes-room\",\n\
         \t\t\"a-long-name-of-something-that-takes-room\",\n\t],\n}\n"
    );
}

#[test]
fn rendering_says_what_it_used() {
    let text = Text::concat([&Text::secret("s"), &" ".into(), &Text::late("host", false)]);
    let Rendered {
        template,
        late,
        sensitive,
        ..
    } = render(&text, &late_store()).unwrap();
    assert!(template && sensitive);
    assert_eq!(late.into_iter().collect::<Vec<_>>(), ["host", "var_s"]);
    let plain = render(&"a".into(), &late_store()).unwrap();
    assert!(!plain.template && !plain.sensitive && plain.late.is_empty());
}

#[test]
fn a_value_that_cannot_stand_where_it_is_put_is_refused_without_showing_it() {
    let refused =
        |text: Text, value: &[u8]| render(&text, &Store(Some(SecretValue::Bytes(value.to_vec())))).err();
    let missing = render(&Text::secret("t"), &bound("")).err();
    assert_eq!(
        missing,
        Some(RenderError::MissingSecret(SecretId("t".to_owned())))
    );
    for (text, value) in [
        (Text::secret("s").json(), b"geheim\xff".as_slice()),
        (Text::secret("s").json(), "geheim\u{7f}".as_bytes()),
        (Text::secret("s").json(), "geheime\u{301}".as_bytes()),
        (Text::secret("s").shell(), "geheim\0".as_bytes()),
        (
            Text::concat([&Text::secret("s"), &Text::late("v", false)]),
            b"geheim\xff".as_slice(),
        ),
    ] {
        let error = refused(text, value).unwrap();
        assert!(matches!(error, RenderError::Unfit { .. }));
        assert!(!format!("{error} {error:?}").contains("geheim"));
    }
    assert_eq!(refused(Text::secret("s").base64(), b"\xff\0"), None);
}
