//! The templates inside the program. This is the one list: a file under `templates/` that is not
//! named here cannot be rendered or imported.

use holdfast_report::Template;

/// Where the main file of a template lies among the worker's files.
pub(crate) fn main_path(template: &Template) -> String {
    match template {
        Template::Kind(kind) => format!("/{}/main.typ", kind.as_str()),
        Template::Source(_) => "/source/main.typ".to_owned(),
    }
}

/// Every embedded file: its path as templates import it, and its text.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("/common/page.typ", include_str!("../../../templates/common/page.typ")),
    ("/common/text.typ", include_str!("../../../templates/common/text.typ")),
    ("/common/time.typ", include_str!("../../../templates/common/time.typ")),
    ("/common/phases.typ", include_str!("../../../templates/common/phases.typ")),
    ("/common/blocks.typ", include_str!("../../../templates/common/blocks.typ")),
    ("/common/moments.typ", include_str!("../../../templates/common/moments.typ")),
    ("/incident-summary/main.typ", include_str!("../../../templates/incident-summary/main.typ")),
    ("/executive/main.typ", include_str!("../../../templates/executive/main.typ")),
    ("/post-incident-review/main.typ", include_str!("../../../templates/post-incident-review/main.typ")),
    ("/metrics/main.typ", include_str!("../../../templates/metrics/main.typ")),
    ("/evidence-log/main.typ", include_str!("../../../templates/evidence-log/main.typ")),
    ("/custody-form/main.typ", include_str!("../../../templates/custody-form/main.typ")),
];

#[cfg(test)]
mod tests {
    use holdfast_report::ReportKind;

    use super::*;

    #[test]
    fn every_kind_has_its_main_file() {
        for &kind in ReportKind::ALL {
            let path = main_path(&Template::Kind(kind));
            assert!(FILES.iter().any(|(known, _)| *known == path), "{path}");
        }
    }
}
