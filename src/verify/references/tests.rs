#[test]
#[expect(clippy::disallowed_methods, reason = "by hand")]
fn by_hand() {
    use serde::Deserialize as _;
    let read = |p: &str| -> Vec<serde_json::Value> {
        let t = std::fs::read_to_string(p).unwrap();
        serde_yaml::Deserializer::from_str(&t)
            .map(|d| serde_json::to_value(serde_yaml::Value::deserialize(d).unwrap()).unwrap())
            .collect()
    };
    let Ok(files) = std::env::var("TRY") else { return };
    for set in files.split(';') {
        let mut docs = Vec::new();
        for f in set.split(',') {
            docs.extend(read(f));
        }
        println!("== {set}");
        for (d, fs) in docs.iter().zip(super::check(&docs, &super::Known::new())) {
            for f in fs {
                println!(
                    "  {} {}: {} {} | {} | {}",
                    d["kind"], d["metadata"]["name"], f.code, f.pointer, f.message, f.help
                );
            }
        }
    }
}
