//! Names, labels and patterns with the recipe's own substitutions `<< >>`, `<% %>`, `<# #>` (MiniJinja, strict).

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value};

use crate::error::{Code, Fault};
use crate::source::At;
use crate::units::name;

/// A text with substitutions, already known to parse and to use only names of its scope.
#[derive(Debug, Clone)]
pub struct NameTemplate {
    text: At<String>,
}

/// The names that a template can use, each with its value.
#[derive(Debug, Clone, Default)]
pub struct Scope(BTreeMap<&'static str, Value>);

impl Scope {
    /// The same names and one more, or another value for one of them.
    #[must_use]
    pub fn with(self, name: &'static str, text: &str) -> Self {
        self.with_value(name, text)
    }

    /// As [`Scope::with`], for what is not a text.
    pub(super) fn with_value(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.insert(name, value.into());
        self
    }
}

impl NameTemplate {
    /// Checks the syntax and that every name is one of `known`; `root.name` there allows that attribute and no other.
    ///
    /// # Errors
    /// [`Code::RecipeBadTemplate`] at the place of the mistake.
    pub fn check(text: At<String>, known: &[&str]) -> Result<Self, Fault> {
        let environment = environment();
        let compiled = environment.template_from_str(&text.value).map_err(|error| located(&text, &error))?;
        let mut unknown: Vec<String> = compiled
            .undeclared_variables(true)
            .into_iter()
            .filter(|used| !known.contains(&used.as_str()))
            .collect();
        unknown.sort();
        match unknown.first() {
            None => Ok(Self { text }),
            Some(wrong) => {
                let meant = name::meant(wrong, known.iter().copied());
                let place = find_name(&text, wrong);
                Err(Fault::new(
                    Code::RecipeBadTemplate,
                    format!("there is no name `{wrong}` here"),
                    format!("{meant}the names here are {}", known.join(", ")),
                )
                .at(&place, "not a name in this scope"))
            }
        }
    }

    /// The text as written.
    pub fn written(&self) -> &At<String> {
        &self.text
    }

    /// The text with every substitution made.
    ///
    /// # Errors
    /// [`Code::RecipeBadTemplate`] where a filter refuses its value or an attribute does not exist.
    pub fn render(&self, scope: &Scope) -> Result<String, Fault> {
        self.rendered(&environment(), scope)
    }

    /// The pattern of file names that the text is for one item: what is put in stands for itself, whatever signs it has (`chr[1]`,
    /// `HLA-A*01`), and only what its author wrote is a pattern. Filters see the value as it is.
    ///
    /// # Errors
    /// As [`NameTemplate::render`].
    pub fn pattern(&self, scope: &Scope) -> Result<String, Fault> {
        let mut environment = environment();
        environment.set_formatter(|out, _, value| {
            let value = if value.is_undefined() { None } else { Some(value.to_string()) };
            Ok(out.write_str(&literal(&value.ok_or(ErrorKind::UndefinedError)?))?)
        });
        self.rendered(&environment, scope)
    }

    /// The pattern of all file names that the text can become, whatever is put in.
    ///
    /// # Errors
    /// As [`NameTemplate::render`].
    pub fn pattern_of_any(&self) -> Result<String, Fault> {
        if self.text.value.contains("<%") {
            // What is put in decides what is written.
            return Ok("**".to_owned());
        }
        self.blanked()
    }

    /// How many levels of directories the text names, each substitution being a part of one name: a `/` inside `<< … >>` is no level.
    pub fn levels(&self) -> usize {
        // What cannot be filled in is told where it is.
        let text = self.blanked().unwrap_or_else(|_| self.text.value.clone());
        text.matches('/').count() + 1
    }

    /// The text with `*` for every substitution.
    fn blanked(&self) -> Result<String, Fault> {
        let mut environment = environment();
        environment.set_formatter(|out, _, _| Ok(out.write_str("*")?));
        self.rendered(&environment, &super::scope::sample())
    }

    fn rendered(&self, environment: &Environment<'_>, scope: &Scope) -> Result<String, Fault> {
        environment
            .template_from_str(&self.text.value)
            .and_then(|template| {
                template.render(Value::from_pairs(scope.0.iter().map(|(key, value)| (*key, value.clone()))))
            })
            .map_err(|error| located(&self.text, &error))
    }
}

/// The recipe's dialect: Argo owns `{{ }}`, so ours are `<< >>`; an unknown name is an error.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder()
        .block_delimiters("<%", "%>")
        .variable_delimiters("<<", ">>")
        .comment_delimiters("<#", "#>")
        .build()
        .expect("the six delimiters differ");
    environment.set_syntax(syntax);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.add_filter("pad", pad);
    environment.add_filter("slug", |text: &str| name::slug(text));
    environment.add_filter("short", short);
    environment
}

/// The pattern that fits a text and nothing else.
fn literal(text: &str) -> String {
    let mut pattern = String::new();
    for sign in text.chars() {
        if matches!(sign, '*' | '?' | '[' | ']' | '{' | '}' | ',' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern
}

/// Cuts a text; with fewer than eight characters nothing of it would be left before the `-` and the digest.
fn short(text: &str, max: usize) -> Result<String, minijinja::Error> {
    if max <= name::DIGEST {
        let why =
            format!("short({max}) leaves nothing of a name but its digest: {} at least", name::DIGEST + 1);
        return Err(minijinja::Error::new(ErrorKind::InvalidOperation, why));
    }
    Ok(name::short(text, max))
}

/// Zeros in front of a number; a text that is not a number stays as it is.
fn pad(value: Value, width: usize) -> Result<String, minijinja::Error> {
    if value.is_undefined() {
        return Err(ErrorKind::UndefinedError.into());
    }
    if width > name::SUBDOMAIN_MAX {
        let why = format!("pad({width}) makes more than any name holds: {} at most", name::SUBDOMAIN_MAX);
        return Err(minijinja::Error::new(ErrorKind::InvalidOperation, why));
    }
    let text = value.to_string();
    Ok(if text.chars().all(|c| c.is_ascii_digit()) { format!("{text:0>width$}") } else { text })
}

/// MiniJinja's error as a fault at its own place in the text.
fn located(text: &At<String>, error: &minijinja::Error) -> Fault {
    let place = match error.range().filter(|range| range.end <= text.value.len()) {
        Some(range) if inner_text_is_verbatim(text) => text.place.within(shifted(text, range)),
        _ => text.place.clone(),
    };
    let what = match error.kind() {
        ErrorKind::UndefinedError => "this value does not exist".to_owned(),
        _ => error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
    };
    Fault::new(
        Code::RecipeBadTemplate,
        format!("this text cannot be filled in: {what}"),
        "substitutions are written `<< name >>` and `<% if … %>`; filters are pad(n), slug, short(n) and MiniJinja's",
    )
    .at(&place, "here")
}

/// Where the offending name stands, or the whole text where it cannot be told.
fn find_name(text: &At<String>, wrong: &str) -> crate::source::Place {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let found = text.value.match_indices(wrong).find(|(at, _)| {
        !text.value[..*at].ends_with(word) && !text.value[at + wrong.len()..].starts_with(word)
    });
    match found {
        Some((at, _)) if inner_text_is_verbatim(text) => {
            text.place.within(shifted(text, at..at + wrong.len()))
        }
        _ => text.place.clone(),
    }
}

/// Whether the place shows the text letter by letter (no escapes), so that offsets in one are offsets in the other.
fn inner_text_is_verbatim(text: &At<String>) -> bool {
    text.place.text().contains(&text.value)
}

/// Offsets in the value as offsets in its place, which begins with a quote.
fn shifted(text: &At<String>, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let quote = text.place.text().find(&text.value).unwrap_or_default();
    range.start + quote..range.end + quote
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    fn template(text: &str) -> At<String> {
        let source = Source::new("recipe.toml", format!("x = \"{text}\""));
        At::new(text.to_owned(), source.place(4..6 + text.len()))
    }

    #[test]
    fn substitutions_are_made_and_argo_tags_pass() {
        let scope = Scope::default().with("index", "5").with_value("retry", 2);
        for (text, rendered) in [
            ("trait_<< index | pad(3) >>_*", "trait_005_*"),
            ("a<% if retry > 1 %>-<< retry >><% endif %>", "a-2"),
            ("{{workflow.name}}-<< index >>", "{{workflow.name}}-5"),
            ("<< 'Fe area (avg)' | slug >>", "fe-area-avg"),
        ] {
            let checked = NameTemplate::check(template(text), &["index", "retry"]).unwrap();
            assert_eq!(checked.render(&scope).unwrap(), rendered);
        }
    }

    #[test]
    fn in_a_pattern_what_is_put_in_stands_for_itself() {
        let scope = Scope::default().with("index", "chr[1],*").with("part", "{x}?");
        for (text, pattern, any) in [
            ("calls/<< index >>_*", r"calls/chr\[1\]\,\*_*", "calls/*_*"),
            ("<< index | replace('[', '(') | upper >>.{a,b}", r"CHR(1\]\,\*.{a,b}", "*.{a,b}"),
            ("<< part >>", r"\{x\}\?", "*"),
            ("<< index | length >>", "8", "*"),
            ("a<% if index == 'chr[1],*' %>-<< part >><% endif %>", r"a-\{x\}\?", "**"),
        ] {
            let checked = NameTemplate::check(template(text), &["index", "part"]).unwrap();
            assert_eq!(checked.pattern(&scope).unwrap(), pattern, "{text}");
            assert_eq!(checked.pattern_of_any().unwrap(), any, "{text}");
        }
    }

    #[test]
    fn a_slash_inside_a_substitution_is_no_level() {
        let levels = |text: &str| NameTemplate::check(template(text), &["index"]).unwrap().levels();
        assert_eq!(levels("run/trait_<< index >>_*"), 2);
        assert_eq!(levels("allele_<< index | replace('/', '-') >>"), 1);
        assert_eq!(levels("<% if index %>calls/<% endif %><< index >>"), 2);
    }

    #[test]
    fn widths_that_make_no_name_are_refused() {
        let scope = Scope::default().with("index", "5").with("item", "mosaic-x2m7q");
        let render =
            |text: &str| NameTemplate::check(template(text), &["index", "item"]).unwrap().render(&scope);
        assert_eq!(render("<< item | short(8) >>").unwrap().len(), 8);
        for (text, why) in [
            ("<< item | short(7) >>", "short(7) leaves nothing of a name but its digest: 8 at least"),
            ("<< index | pad(70000) >>", "pad(70000) makes more than any name holds: 253 at most"),
        ] {
            let fault = render(text).unwrap_err();
            assert_eq!(fault.code, Code::RecipeBadTemplate);
            assert!(fault.message.ends_with(why), "{}", fault.message);
        }
    }

    #[test]
    fn a_misspelt_name_is_shown_where_it_stands() {
        let fault = NameTemplate::check(template("retry-<< indx >>"), &["index"]).unwrap_err();
        assert_eq!((fault.labels[0].place.text(), fault.help.starts_with("write `index`")), ("indx", true));
        let fault = NameTemplate::check(template("retry-<< index"), &["index"]).unwrap_err();
        assert_eq!(fault.code, Code::RecipeBadTemplate);
    }
}
