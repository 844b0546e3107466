//! People and tokens from the shell, for those who run the machine. A password is read from
//! standard input, never from an argument; without one, the person gets an invitation.

use std::io::Read as _;

use holdfast_actions::{Ctx, person, setup, setup::SetupDraft, token};
use holdfast_domain::{
    person::{PersonDraft, Role, Roles},
    token::{Scope, Scopes, TokenDraft},
};

use super::{
    failure::{Failure, Outcome},
    open::{console, open, open_and_migrate},
    say,
};
use crate::config::DataSettings;

#[derive(clap::Subcommand)]
pub(super) enum AdminCommand {
    /// People who sign in.
    #[command(subcommand)]
    User(UserCommand),
}

#[derive(clap::Subcommand)]
pub(super) enum UserCommand {
    /// Add a person. The first one, an administrator, also makes the organisation.
    Add(UserAdd),
}

#[derive(clap::Args)]
pub(super) struct UserAdd {
    #[command(flatten)]
    data: DataSettings,
    /// The address that signs in.
    #[arg(long)]
    email: String,
    /// The name others see.
    #[arg(long)]
    name: String,
    /// What the person may do: administrator, lead, analyst, executive or auditor; may be given several times.
    #[arg(long = "role", required = true, value_parser = role)]
    roles: Vec<Role>,
    /// The zone in which times are shown to them.
    #[arg(long, default_value = "UTC")]
    time_zone: String,
    /// Read the password from standard input, instead of printing an invitation code.
    #[arg(long)]
    password_stdin: bool,
    /// The organisation's name, for the first person.
    #[arg(long, default_value = "Security Operations")]
    organisation: String,
    /// The ledger's name, a web address without scheme, for the first person.
    #[arg(long, default_value = "localhost/ledger")]
    log_name: String,
}

#[derive(clap::Subcommand)]
pub(super) enum TokenCommand {
    /// Make a token and print it, once.
    Create(TokenCreate),
}

#[derive(clap::Args)]
pub(super) struct TokenCreate {
    #[command(flatten)]
    data: DataSettings,
    /// Whose rights it carries.
    #[arg(long)]
    email: String,
    /// What it may touch: incidents:read, incidents:write, evidence:read, evidence:write, ledger:read, reports:read
    /// or metrics:read; may be given several times.
    #[arg(long = "scope", required = true, value_parser = scope)]
    scopes: Vec<Scope>,
    /// How long it is good, in days; 366 at most.
    #[arg(long, default_value = "30d", value_parser = days)]
    expires: i64,
    /// What it is for.
    #[arg(long, default_value = "made on the command line")]
    name: String,
}

fn role(text: &str) -> Result<Role, String> {
    text.parse().map_err(|_| one_of(Role::ALL.iter().map(|role| role.as_str())))
}

fn scope(text: &str) -> Result<Scope, String> {
    text.parse().map_err(|_| one_of(Scope::ALL.iter().map(|scope| scope.as_str())))
}

fn one_of<'a>(known: impl Iterator<Item = &'a str>) -> String {
    format!("one of: {}", known.collect::<Vec<_>>().join(", "))
}

fn days(text: &str) -> Result<i64, String> {
    let days = text.strip_suffix('d').unwrap_or(text).parse();
    days.map_err(|_| "write days, such as 30d".into())
}

pub(super) async fn run(command: AdminCommand) -> Outcome {
    let AdminCommand::User(UserCommand::Add(add)) = command;
    crate::log::begin(add.data.log_format, &add.data.log).map_err(Failure::Usage)?;
    let ctx = open_and_migrate(&add.data).await?;
    let outcome = add_user(&ctx, &add).await;
    ctx.db().close().await;
    outcome
}

async fn add_user(ctx: &Ctx, add: &UserAdd) -> Outcome {
    let draft = PersonDraft {
        email: add.email.clone(),
        name: add.name.clone(),
        roles: Roles::of(&add.roles),
        time_zone: add.time_zone.clone(),
    };
    let password = if add.password_stdin { Some(password_from_stdin()?) } else { None };
    match (setup::issue_code(ctx).await?, password) {
        (Some(code), Some(password)) => first_user(ctx, add, code, password).await,
        (Some(_), None) => Err(Failure::Usage(
            "nobody is there yet: give the first administrator's password with --password-stdin, or open the set-up page".into(),
        )),
        (None, Some(password)) => {
            let person = person::add_from_console(ctx, &draft, &password).await?;
            say!("{} can sign in as {}.", person.name, person.email)
        }
        (None, None) => {
            let (person, code) = person::add(ctx, &console(ctx).await?, &draft).await?;
            say!("{} opens /join and uses this code, once, within the hour:\n{code}", person.name)
        }
    }
}

/// Makes the organisation with its first administrator, as the set-up page does.
async fn first_user(ctx: &Ctx, add: &UserAdd, code: String, password: String) -> Outcome {
    let others = add.roles.iter().any(|role| !matches!(role, Role::Administrator | Role::Lead));
    if !add.roles.contains(&Role::Administrator) || others {
        return Err(Failure::Usage("the first person is an administrator, and may be a lead besides".into()));
    }
    let draft = SetupDraft {
        code,
        org_name: add.organisation.clone(),
        time_zone: add.time_zone.clone(),
        log_name: add.log_name.clone(),
        name: add.name.clone(),
        email: add.email.clone(),
        password,
        also_lead: add.roles.contains(&Role::Lead),
    };
    setup::set_up(ctx, &draft).await?;
    say!("{} is set up; {} can sign in as {}.", add.organisation, add.name, add.email)
}

/// One line, without its end. Anything else that a password may hold stays in it.
fn password_from_stdin() -> Result<String, Failure> {
    let mut text = String::new();
    let read = std::io::stdin().take(64 * 1024).read_to_string(&mut text);
    read.map_err(|error| Failure::Usage(format!("the password cannot be read: {error}")))?;
    Ok(text.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).unwrap_or(&text).to_owned())
}

pub(super) async fn run_token(command: TokenCommand) -> Outcome {
    let TokenCommand::Create(create) = command;
    let ctx = open(&create.data).await?;
    let outcome = async {
        let actor = person::console_actor(&ctx, &create.email).await?;
        let scopes = Scopes(create.scopes.clone());
        let draft = TokenDraft { name: create.name.clone(), scopes, days: create.expires };
        let (_, secret) = token::create(&ctx, &actor, &draft).await?;
        say::line(secret)
    }
    .await;
    ctx.db().close().await;
    outcome
}
