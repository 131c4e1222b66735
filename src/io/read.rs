//! Reading what the user names: a file, standard input, a directory of templates.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::missing;
use super::reason::reason;
use crate::error::{Code, Fault};
use crate::evidence::logs::{self, Log, Logs};
use crate::recipe::Files;
use crate::source::Source;

/// The disk as the source of the files that a recipe extends.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Source, Fault> {
        read_text(path)
    }
}

/// The bytes of a file; `-` is standard input.
///
/// # Errors
/// [`Code::IoRead`] with the system's reason.
pub fn read(path: &str) -> Result<Vec<u8>, Fault> {
    if path == "-" {
        let mut bytes = Vec::new();
        let outcome = io::stdin().lock().read_to_end(&mut bytes);
        return outcome.map(|_| bytes).map_err(|error| {
            Fault::new(
                Code::IoRead,
                format!("standard input cannot be read: {error}"),
                "give the path of a file instead of `-`",
            )
        });
    }
    fs::read(path).map_err(|error| refused(path, &error))
}

/// The text of a file or of standard input, checked to be UTF-8. A byte order mark at its start is no part of the text.
///
/// # Errors
/// [`Code::IoRead`] with the system's reason, or at the first byte that is not UTF-8.
pub fn read_text(path: &str) -> Result<Source, Fault> {
    text_of(path, read(path)?)
}

/// The bytes of a file as text.
pub(super) fn text_of(path: &str, bytes: Vec<u8>) -> Result<Source, Fault> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::new(path, text.strip_prefix('\u{feff}').unwrap_or(&text))),
        Err(error) => Err(not_utf8(path, error.as_bytes(), error.utf8_error().valid_up_to())),
    }
}

/// The template files at a path: itself, or every `.yaml`, `.yml` and `.json` file right in that directory, by name. Hidden files, such as
/// an editor's locks, are passed over.
///
/// # Errors
/// [`Code::IoRead`] for the first that cannot be read.
pub fn templates(path: &str) -> Result<Vec<Source>, Fault> {
    if path == "-" || !Path::new(path).is_dir() {
        return Ok(vec![read_text(path)?]);
    }
    let refused = |error: io::Error| refused(path, &error);
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(refused)? {
        let name = entry.map_err(refused)?.file_name();
        let wanted =
            Path::new(&name).extension().is_some_and(|end| end == "yaml" || end == "yml" || end == "json");
        let full = Path::new(path).join(&name);
        let is_hidden = name.as_encoded_bytes().starts_with(b".");
        if wanted && !is_hidden && !full.is_dir() {
            names.push(full.to_string_lossy().into_owned());
        }
    }
    names.sort();
    names.iter().map(|name| read_text(name)).collect()
}

/// The logs right in a folder. A log can hold any bytes; those that are no UTF-8 are replaced. Of a log that is longer than
/// [`logs::READ_AT_MOST`] only the end is read, from the beginning of a line.
///
/// # Errors
/// [`Code::IoRead`] for the folder or the first file that cannot be read.
pub fn logs(path: &str) -> Result<Logs, Fault> {
    if Path::new(path).is_file() {
        let message = format!("`{path}` is a file, and logs are a folder of files");
        return Err(Fault::new(Code::IoRead, message, "name the folder that it is in"));
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| refused(path, &error))? {
        let full = entry.map_err(|error| refused(path, &error))?.path();
        let name = full.file_name().and_then(OsStr::to_str).filter(|name| !name.starts_with('.'));
        if let Some(name) = name.filter(|_| full.is_file()) {
            let path = full.to_string_lossy().into_owned();
            let (text, is_cut) = end_of(&full).map_err(|error| refused(&path, &error))?;
            found.push((name.to_owned(), Log { path, text, is_cut }));
        }
    }
    Ok(Logs::new(path, found))
}

/// The text of a log or its end, and whether that is not all.
fn end_of(path: &Path) -> io::Result<(String, bool)> {
    let mut file = File::open(path)?;
    let skipped = file.metadata()?.len().saturating_sub(logs::READ_AT_MOST);
    let mut bytes = Vec::new();
    // Whole lines are read: what is found at the beginning of a line is at the beginning of one. So one byte before is looked at too.
    file.seek(SeekFrom::Start(skipped.saturating_sub(1)))?;
    file.take(logs::READ_AT_MOST + 1).read_to_end(&mut bytes)?;
    if skipped > 0 {
        let line = bytes.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        // A log that is one long line has no whole one.
        bytes.drain(..if line < bytes.len() { line } else { 0 });
    }
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Ok((text, skipped > 0))
}

/// A refusal to read, with the way out that fits it.
pub(super) fn refused(path: &str, error: &io::Error) -> Fault {
    let sentence = || format!("`{path}` cannot be read: {}", reason(error));
    let (message, help) = match error.kind() {
        ErrorKind::NotFound => missing::explain(path, "file"),
        ErrorKind::IsADirectory => (sentence(), "name a file in it".to_owned()),
        ErrorKind::PermissionDenied => (
            sentence(),
            format!("ask its owner for the right to read it (`ls -ld '{path}'` shows the owner)"),
        ),
        _ => (sentence(), "check the path and the file system it is on".to_owned()),
    };
    Fault::new(Code::IoRead, message, help)
}

/// A file in another encoding. What PowerShell's `>` writes is UTF-16, the usual case.
fn not_utf8(path: &str, bytes: &[u8], valid_up_to: usize) -> Fault {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let help =
            "save it as UTF-8 (in PowerShell: `… | Out-File -Encoding utf8 FILE` instead of `… > FILE`)";
        return Fault::new(Code::IoRead, format!("`{path}` is UTF-16, not UTF-8"), help);
    }
    let source = Source::new(path, String::from_utf8_lossy(bytes).into_owned());
    let place = source.place(valid_up_to..valid_up_to + char::REPLACEMENT_CHARACTER.len_utf8());
    Fault::new(Code::IoRead, format!("`{path}` is not UTF-8"), "save it as UTF-8")
        .at(&place, format!("byte 0x{:02X} is not UTF-8", bytes[valid_up_to]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let path = folder.path().to_str().unwrap().to_owned();
        (folder, path)
    }

    #[test]
    fn a_misspelt_file_finds_its_neighbour() {
        let (_folder, path) = folder(&[("8nj24.json", b"{}"), ("x.toml", b"")]);
        let fault = read(&format!("{path}/8nj42.json")).unwrap_err();
        assert_eq!(
            (fault.message, fault.help),
            (format!("there is no file `{path}/8nj42.json`"), format!("write `{path}/8nj24.json`"))
        );
        let fault = read(&format!("{path}/recipe-of-mine")).unwrap_err();
        assert_eq!(fault.help, format!("`{path}` holds 8nj24.json, x.toml; check the path"));
    }

    #[test]
    fn a_misspelt_directory_is_the_part_that_is_named() {
        let (folder, path) = folder(&[]);
        fs::create_dir(folder.path().join("evidence")).unwrap();
        let fault = read(&format!("{path}/evidnce/a.json")).unwrap_err();
        assert!(
            fault.message.ends_with(&format!("there is no directory `{path}/evidnce`")),
            "{}",
            fault.message
        );
        assert_eq!(fault.help, format!("write `{path}/evidence/a.json`"));
    }

    #[test]
    fn a_directory_is_not_a_file() {
        let (_folder, path) = folder(&[]);
        let fault = read(&path).unwrap_err();
        assert_eq!(
            (fault.code, fault.message),
            (Code::IoRead, format!("`{path}` cannot be read: it is a directory"))
        );
    }

    #[test]
    fn other_encodings_are_shown_where_they_begin() {
        let files: [(&str, &[u8]); 3] =
            [("latin", b"a = 1\nb = \"\xe4\"\n"), ("wide", b"\xff\xfea\0"), ("bom", b"\xef\xbb\xbfa = 1")];
        let (_folder, path) = folder(&files);
        let latin = read_text(&format!("{path}/latin")).unwrap_err();
        let label = &latin.labels[0];
        assert_eq!((label.place.line_column(), label.text.as_str()), ((2, 6), "byte 0xE4 is not UTF-8"));
        assert!(read_text(&format!("{path}/wide")).unwrap_err().help.contains("PowerShell"));
        assert_eq!(read_text(&format!("{path}/bom")).unwrap().text(), "a = 1");
    }

    #[test]
    fn a_folder_gives_its_logs_by_name_whatever_bytes_they_hold() {
        let (folder, path) = folder(&[("b.log", b"b\xff"), ("5", b"five"), (".hidden", b"")]);
        fs::create_dir(folder.path().join("deeper.log")).unwrap();
        let logs = super::logs(&path).unwrap();
        assert_eq!(logs.names().collect::<Vec<_>>(), ["5", "b.log"]);
        let log = logs.of_pod("b").unwrap().1;
        assert_eq!((&log.path, &log.text[..], log.is_cut), (&format!("{path}/b.log"), "b\u{fffd}", false));
        let fault = super::logs(&format!("{path}/b.log")).unwrap_err();
        assert_eq!((fault.code, fault.help.as_str()), (Code::IoRead, "name the folder that it is in"));
        assert_eq!(super::logs(&format!("{path}/nowhere")).unwrap_err().code, Code::IoRead);
    }

    #[test]
    fn of_a_long_log_the_last_whole_lines_are_read() {
        let most = usize::try_from(logs::READ_AT_MOST).unwrap();
        let fits = "x".repeat(most);
        let (cut_in_a_line, cut_between) =
            (format!("first\n{fits}\nlast"), format!("first\n{}\nlast", "x".repeat(most - 5)));
        let files = [("fits", &fits), ("line", &cut_in_a_line), ("between", &cut_between)];
        let (_folder, path) = folder(&files.map(|(name, text)| (name, text.as_bytes())));
        let found = super::logs(&path).unwrap();
        for (name, text, is_cut) in
            [("fits", &fits[..], false), ("line", "last", true), ("between", &cut_between[6..], true)]
        {
            let log = found.of_pod(name).unwrap().1;
            assert!(
                log.text == text && log.is_cut == is_cut,
                "{name}: {} bytes, {}",
                log.text.len(),
                log.is_cut
            );
        }
        assert_eq!(found.cut().len(), 2);
    }

    #[test]
    fn a_directory_gives_its_templates_by_name() {
        let (folder, path) =
            folder(&[("b.yml", b"b"), ("a.yaml", b"a"), ("c.json", b"c"), ("notes.md", b"")]);
        fs::create_dir(folder.path().join("d.yaml")).unwrap();
        // What an editor leaves beside a file that is open: a link that leads nowhere.
        std::os::unix::fs::symlink("me@host.1234", folder.path().join(".#a.yaml")).unwrap();
        let texts: Vec<String> =
            templates(&path).unwrap().iter().map(|source| source.text().to_owned()).collect();
        assert_eq!(texts, ["a", "b", "c"]);
        assert_eq!(templates(&format!("{path}/a.yaml")).unwrap()[0].name(), format!("{path}/a.yaml"));
        assert_eq!(templates(&format!("{path}/e.yaml")).unwrap_err().code, Code::IoRead);
    }
}
