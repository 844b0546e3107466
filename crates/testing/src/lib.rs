//! What the tests of several crates share: a database of its own for each test, a clock that moves only
//! when a test moves it, entropy that counts, small disks, and how long the long checks run. It knows the
//! store and nothing above it, and asserts nothing about the product.

mod database;
mod disk;
pub mod long;
mod need;
mod server;
mod sources;
mod template;

pub use database::{Database, Engine};
pub use disk::{SmallDisk, files_below};
pub use need::{missing, named};
pub use sources::{Counting, NOW, StillClock};
