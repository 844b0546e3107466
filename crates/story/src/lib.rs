//! The attribute of a test that is a story in a world of its own, so that each story says only what happens in
//! it. Which databases it runs on, and what a world is, the tests that use it decide.

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// Makes a test of `async fn name(world: World)`: `#[story]` runs it by the `on_both` of `crate::world`, and
/// `#[story(on_sqlite)]` by the function of that name there.
///
/// # Panics
/// Where it does not stand at a function; the compiler shows that as an error.
#[proc_macro_attribute]
pub fn story(runner: TokenStream, story: TokenStream) -> TokenStream {
    let runner = if runner.is_empty() { "on_both".to_owned() } else { runner.to_string() };
    let name = story.clone().into_iter().skip_while(|token| token.to_string() != "fn").nth(1);
    let name = name.expect("a story is a function");
    let parsed = |text: String| text.parse::<TokenStream>().expect("it is Rust");
    let run = parsed(format!("crate::world::{runner}({name}).await;"));
    // Those that ask nobody anything have the same form.
    let allowed = parsed("#[allow(clippy::unused_async)]".to_owned());
    let body = Group::new(Delimiter::Brace, allowed.into_iter().chain(story).chain(run).collect());
    let head = parsed(format!("#[tokio::test] async fn {name}()"));
    head.into_iter().chain([TokenTree::from(body)]).collect()
}
