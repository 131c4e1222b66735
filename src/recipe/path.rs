//! Paths as a recipe writes them: plain texts with `/`, relative to the file they stand in.

/// `path` as seen from the folder of `file`, without `.`, doubled slashes and needless `..`.
pub(super) fn beside(file: &str, path: &str) -> String {
    match file.rsplit_once('/') {
        Some((folder, _)) if !path.starts_with('/') => plain(&format!("{folder}/{path}")),
        _ => plain(path),
    }
}

/// The shortest spelling of the same path, by its text alone (links are not looked at).
pub(super) fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => {
                parts.pop();
            }
            ("..", None) if path.starts_with('/') => {}
            _ => parts.push(part),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    let joined = format!("{root}{}", parts.join("/"));
    if joined.is_empty() { ".".to_owned() } else { joined }
}

/// The path that, written in `file`, means `target`. Both were reached from one place, so they share every `..` they begin with.
pub(super) fn relative(file: &str, target: &str) -> String {
    if target.starts_with('/') && !file.starts_with('/') {
        return target.to_owned();
    }
    let (folder, target) = (beside(file, "."), plain(target));
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|part| !matches!(*part, "" | ".")).map(str::to_owned).collect()
    };
    let (from, to) = (parts(&folder), parts(&target));
    let shared = from.iter().zip(&to).take_while(|(left, right)| left == right).count();
    let up = from[shared..].iter().map(|_| "..");
    let joined: Vec<&str> = up.chain(to[shared..].iter().map(String::as_str)).collect();
    if joined.is_empty() { ".".to_owned() } else { joined.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_path_leads_back() {
        for (file, target, seen) in [
            ("recipe.toml", "evidence/a.json", "evidence/a.json"),
            ("lab/runs/recipe.toml", "lab/evidence/a.json", "../evidence/a.json"),
            ("lab/runs/recipe.toml", "lab/runs", "."),
            ("../lab/recipe.toml", "../shared", "../shared"),
            ("/lab/recipe.toml", "/a/b", "../a/b"),
            ("lab/recipe.toml", "/a/b", "/a/b"),
        ] {
            assert_eq!(relative(file, target), seen, "{target} from {file}");
            assert_eq!(beside(file, seen), target, "{seen} in {file}");
        }
    }

    #[test]
    fn paths_are_relative_to_the_file_they_stand_in() {
        for (file, path, seen) in [
            ("recipe.toml", "evidence/a.json", "evidence/a.json"),
            ("examples/8nj24/recipe.toml", "./evidence//a.json", "examples/8nj24/evidence/a.json"),
            ("examples/8nj24/recipe.toml", "../shared/", "examples/shared"),
            ("recipe.toml", "../up", "../up"),
            ("/r/recipe.toml", "../../x", "/x"),
            ("a/recipe.toml", "/abs/./x", "/abs/x"),
            ("a/recipe.toml", "..", "."),
        ] {
            assert_eq!(beside(file, path), seen, "{path} in {file}");
        }
    }
}
