//! All that a template can see: the embedded templates, the data, the bundled fonts, and the date
//! it is told. No file system, no packages, no network, no clock, no WebAssembly plug-ins.

use std::{collections::HashMap, path::PathBuf};

use holdfast_report::Template;
use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult, PackageError},
    foundations::{Binding, Bytes, Datetime, Duration, NoneValue},
    layout::Abs,
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook, FontInstance, FontVariant, FontVariations},
    utils::LazyHash,
};

use crate::templates::{FILES, main_path};

/// The font families that templates name, all of them in every font list, since Typst falls back
/// along the list character by character.
pub(crate) const FAMILIES: &[&str] =
    &["Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono", "New Computer Modern Math"];

/// The bundled fonts; parsing them is the dear part of a cold start, so they are kept.
pub(crate) struct Fonts {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

impl Fonts {
    pub(crate) fn bundled() -> Self {
        let fonts: Vec<Font> = typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data))).collect();
        Self { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
    }

    /// The font that Typst takes for a family in a variant.
    pub(crate) fn select(&self, family: &str, variant: FontVariant) -> Option<FontInstance> {
        let index = self.book.select(&family.to_lowercase(), variant)?;
        let font = self.fonts.get(index)?.clone();
        Some(font.instantiate(variant, Abs::pt(10.0), &FontVariations::default()))
    }
}

/// The standard library without `plugin`, which would run code that Typst cannot stop.
pub(crate) fn library() -> LazyHash<Library> {
    let mut library = Library::default();
    let absent = Binding::detached(NoneValue);
    library.global.scope_mut().bind("plugin".into(), absent);
    library.std = Binding::detached(library.global.clone());
    LazyHash::new(library)
}

/// One render's world.
pub(crate) struct ReportWorld<'a> {
    fonts: &'a Fonts,
    library: &'a LazyHash<Library>,
    main: FileId,
    sources: HashMap<FileId, Source>,
    files: HashMap<FileId, Bytes>,
    today: Datetime,
}

impl<'a> ReportWorld<'a> {
    /// `shown` is the sanitised data (`/data.json`), `original` the bytes to attach
    /// (`/original.json`), `logo` the picture for the head (`/logo.png`); `/labels.json` has the words
    /// for codes.
    pub(crate) fn new(
        fonts: &'a Fonts,
        library: &'a LazyHash<Library>,
        template: &Template,
        shown: Vec<u8>,
        original: &[u8],
        logo: Option<Vec<u8>>,
        today: Datetime,
    ) -> Option<Self> {
        let main = file_id(&main_path(template))?;
        let mut sources = HashMap::new();
        for (path, text) in FILES {
            let id = file_id(path)?;
            sources.insert(id, Source::new(id, (*text).to_owned()));
        }
        if let Template::Source(text) = template {
            sources.insert(main, Source::new(main, text.clone()));
        }
        let mut files = HashMap::from([
            (file_id("/data.json")?, Bytes::new(shown)),
            (file_id("/original.json")?, Bytes::new(original.to_vec())),
            (file_id("/labels.json")?, Bytes::new(crate::labels::json())),
        ]);
        if let Some(logo) = logo {
            files.insert(file_id("/logo.png")?, Bytes::new(logo));
        }
        Some(Self { fonts, library, main, sources, files, today })
    }

    /// Where a diagnostic points: `path:line:column`, counted from 1.
    pub(crate) fn place(&self, id: FileId, byte: usize) -> Option<String> {
        let lines = self.sources.get(&id)?.lines();
        let (line, column) = lines.byte_to_line_column(byte)?;
        Some(format!("{}:{}:{}", id.vpath().get_with_slash(), line + 1, column + 1))
    }
}

fn file_id(path: &str) -> Option<FileId> {
    let path = VirtualPath::new(path).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn absent(id: FileId) -> FileError {
    match id.root() {
        VirtualRoot::Package(package) => FileError::Package(PackageError::NotFound(package.clone())),
        VirtualRoot::Project => FileError::NotFound(PathBuf::from(id.vpath().get_with_slash())),
    }
}

impl World for ReportWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.sources.get(&id).cloned().ok_or_else(|| absent(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or_else(|| absent(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.fonts.get(index).cloned()
    }

    /// The day of the data, whatever offset is asked for, so that the bytes never depend on the
    /// machine.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        Datetime::from_ymd(self.today.year()?, self.today.month()?, self.today.day()?)
    }
}
