//! How routes describe themselves: what follows by rule for every one of them, and what routes that many
//! nouns share say without attributes.

use std::collections::BTreeMap;

use axum::routing::MethodRouter;
use holdfast_app::pages::Requirement;
use utoipa::{
    IntoParams, IntoResponses, ToSchema,
    openapi::{
        ContentBuilder, Header, HttpMethod, Object, ObjectBuilder, Ref, RefOr, Required, Response, ResponseBuilder,
        Schema, Type,
        path::{Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, Paths},
        request_body::RequestBodyBuilder,
        schema::ArrayBuilder,
    },
};
use utoipa_axum::router::UtoipaMethodRouter;

use super::IfMatch;
use crate::{problem::ProblemBody, rate_limit::Cost, state::Server};

/// Schemas by their names.
type Schemas = Vec<(String, RefOr<Schema>)>;

/// A handler as it describes itself, with what is checked before it.
pub struct ApiRoute {
    /// Who may ask for it.
    pub may: Requirement,
    /// What it costs.
    pub cost: Cost,
    /// Its method, path and description.
    pub described: UtoipaMethodRouter<Server>,
}

impl ApiRoute {
    /// With what every description says: the variable parts of the path, and that there can be a problem.
    pub fn new(may: Requirement, cost: Cost, (mut schemas, mut paths, handler): UtoipaMethodRouter<Server>) -> Self {
        let problem = RefOr::T(content::<ProblemBody>(&mut schemas, "A problem", PROBLEM).build());
        for (path, item) in &mut paths.paths {
            let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
            for operation in operations.into_iter().flatten() {
                name_parts(path, operation);
                operation.responses.responses.insert("default".into(), problem.clone());
            }
        }
        Self { may, cost, described: (schemas, paths, handler) }
    }
}

const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";

/// Puts the variable parts of the path before the other parameters. One of which nothing is said is a text.
fn name_parts(path: &str, operation: &mut Operation) {
    let names = path.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name);
    let mut rest = operation.parameters.take().unwrap_or_default();
    let mut parameters: Vec<Parameter> = names
        .map(|name| match rest.iter().position(|stated| stated.name == name) {
            Some(place) => rest.remove(place),
            None => text(name, ParameterIn::Path).build(),
        })
        .collect();
    parameters.append(&mut rest);
    operation.parameters = (!parameters.is_empty()).then_some(parameters);
}

fn text(name: &str, parameter_in: ParameterIn) -> ParameterBuilder {
    let text = ParameterBuilder::new().name(name).parameter_in(parameter_in).required(Required::True);
    text.schema(Some(Object::with_type(Type::String)))
}

/// An answer whose body is a `T`.
fn content<T: ToSchema>(schemas: &mut Schemas, words: &str, kind: &str) -> ResponseBuilder {
    let content = ContentBuilder::new().schema(Some(named::<T>(schemas))).build();
    ResponseBuilder::new().description(words).content(kind, content)
}

fn named<T: ToSchema>(schemas: &mut Schemas) -> Ref {
    T::schemas(schemas);
    schemas.push((T::name().into_owned(), T::schema()));
    Ref::from_schema_name(T::name())
}

/// That a route takes the version that it changes.
impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![text("If-Match", ParameterIn::Header).description(Some("The ETag it came with")).build()]
    }
}

/// That it is refused where that is no longer the version.
impl IntoResponses for IfMatch {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let stale = content::<ProblemBody>(&mut Schemas::new(), "Somebody else changed it first", PROBLEM);
        BTreeMap::from([("412".into(), RefOr::T(stale.build()))])
    }
}

/// An operation while it is described, with the schemas that it names.
pub struct ApiOperation {
    operation: OperationBuilder,
    schemas: Schemas,
}

impl ApiOperation {
    /// With its id, its words and its part of the interface.
    pub fn new(id: String, summary: String, tag: &str) -> Self {
        let operation = OperationBuilder::new().operation_id(Some(id)).summary(Some(summary)).tag(tag);
        Self { operation, schemas: Schemas::new() }
    }

    /// Takes a parameter.
    pub fn parameter(mut self, parameter: Parameter) -> Self {
        self.operation = self.operation.parameter(parameter);
        self
    }

    /// Takes a query, or what a header says.
    pub fn query<Q: IntoParams>(self) -> Self {
        Q::into_params(|| Some(ParameterIn::Query)).into_iter().fold(self, Self::parameter)
    }

    /// Takes a JSON body.
    pub fn takes<T: ToSchema>(mut self) -> Self {
        let content = ContentBuilder::new().schema(Some(named::<T>(&mut self.schemas))).build();
        let body = RequestBodyBuilder::new().content(JSON, content).required(Some(Required::True));
        self.operation = self.operation.request_body(Some(body.build()));
        self
    }

    /// Answers with JSON.
    pub fn answers<T: ToSchema>(mut self, status: &str, words: &str, headers: &[&str]) -> Self {
        let header = || Header::new(Object::with_type(Type::String));
        let answer = content::<T>(&mut self.schemas, words, JSON);
        let answer = headers.iter().fold(answer, |answer, name| answer.header(*name, header()));
        self.operation = self.operation.response(status, answer.build());
        self
    }

    /// Answers with part of a list.
    pub fn answers_part<R: ToSchema>(mut self, name: &str) -> Self {
        let rows = ArrayBuilder::new().items(named::<R>(&mut self.schemas)).description(Some("The rows."));
        let next = ObjectBuilder::new().schema_type(Type::String);
        let next = next.description(Some("Where the next part begins; absent on the last."));
        let part = ObjectBuilder::new().property("rows", rows).required("rows").property("next", next);
        self.schemas.push((name.to_owned(), part.description(Some("Part of a list.")).into()));
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(name))).build();
        let answer = ResponseBuilder::new().description("A part of the list").content(JSON, content);
        self.operation = self.operation.response("200", answer.build());
        self
    }

    /// Names the version that it changes, and answers with the thing as it is now.
    pub fn edits<T: ToSchema>(self) -> Self {
        let mut edits = self.query::<IfMatch>().answers::<T>("200", "As it is now", &["ETag"]);
        for (status, answer) in IfMatch::responses() {
            edits.operation = edits.operation.response(status, answer);
        }
        edits
    }

    /// The route.
    pub fn at(self, method: HttpMethod, path: &str, handler: MethodRouter<Server>) -> UtoipaMethodRouter<Server> {
        let mut paths = Paths::new();
        paths.add_path_operation(path, vec![method], self.operation);
        (self.schemas, paths, handler)
    }
}
