//! A route that describes itself without attributes: for routes that many nouns share.

use axum::routing::MethodRouter;
use holdfast_app::pages::Requirement;
use utoipa::{
    IntoParams, ToSchema,
    openapi::{
        ContentBuilder, Header, HttpMethod, Object, ObjectBuilder, Ref, RefOr, Required, ResponseBuilder, Schema, Type,
        path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn, Paths},
        request_body::RequestBodyBuilder,
        schema::ArrayBuilder,
    },
};
use utoipa_axum::router::UtoipaMethodRouter;

use crate::{problem::ProblemBody, rate_limit::Cost, state::Server};

/// A handler as it describes itself, with what is checked before it.
pub struct ApiRoute {
    /// Who may ask for it.
    pub may: Requirement,
    /// What it costs.
    pub cost: Cost,
    /// Its method, path and description.
    pub described: UtoipaMethodRouter<Server>,
}

/// An operation while it is described, with the schemas that it names.
pub struct ApiOperation {
    operation: OperationBuilder,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl ApiOperation {
    /// With its id, its words and its part of the interface.
    pub fn new(id: String, summary: String, tag: &str) -> Self {
        let operation = OperationBuilder::new().operation_id(Some(id)).summary(Some(summary)).tag(tag);
        Self { operation, schemas: Vec::new() }.answers_as::<ProblemBody>(
            "default",
            "A problem",
            "application/problem+json",
            &[],
        )
    }

    /// Takes a parameter.
    pub fn parameter(mut self, parameter: Parameter) -> Self {
        self.operation = self.operation.parameter(parameter);
        self
    }

    /// Takes a variable part of its path.
    pub fn path(self, name: &str) -> Self {
        self.parameter(text(name, ParameterIn::Path).build())
    }

    /// Takes a query.
    pub fn query<Q: IntoParams>(self) -> Self {
        Q::into_params(|| Some(ParameterIn::Query)).into_iter().fold(self, Self::parameter)
    }

    /// Takes a JSON body.
    pub fn takes<T: ToSchema>(mut self) -> Self {
        let content = ContentBuilder::new().schema(Some(self.named::<T>())).build();
        let body = RequestBodyBuilder::new().content("application/json", content).required(Some(Required::True));
        self.operation = self.operation.request_body(Some(body.build()));
        self
    }

    /// Answers with JSON.
    pub fn answers<T: ToSchema>(self, status: &str, words: &str, headers: &[&str]) -> Self {
        self.answers_as::<T>(status, words, "application/json", headers)
    }

    fn answers_as<T: ToSchema>(mut self, status: &str, words: &str, kind: &str, headers: &[&str]) -> Self {
        let content = ContentBuilder::new().schema(Some(self.named::<T>())).build();
        let answer = ResponseBuilder::new().description(words).content(kind, content);
        let answer = headers
            .iter()
            .fold(answer, |answer, name| answer.header(*name, Header::new(Object::with_type(Type::String))));
        self.operation = self.operation.response(status, answer.build());
        self
    }

    /// Answers with part of a list.
    pub fn answers_part<R: ToSchema>(mut self, name: &str) -> Self {
        let rows = ArrayBuilder::new().items(self.named::<R>()).description(Some("The rows."));
        let next = ObjectBuilder::new().schema_type(Type::String);
        let next = next.description(Some("Where the next part begins; absent on the last."));
        let part = ObjectBuilder::new().property("rows", rows).required("rows").property("next", next);
        self.schemas.push((name.to_owned(), part.description(Some("Part of a list.")).into()));
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(name))).build();
        let answer = ResponseBuilder::new().description("A part of the list").content("application/json", content);
        self.operation = self.operation.response("200", answer.build());
        self
    }

    /// Names the version that it changes, and answers with the thing as it is now.
    pub fn edits<T: ToSchema>(self) -> Self {
        let version = text("If-Match", ParameterIn::Header).description(Some("The ETag it came with"));
        self.parameter(version.build()).answers::<T>("200", "As it is now", &["ETag"]).answers_as::<ProblemBody>(
            "412",
            "Somebody else changed it first",
            "application/problem+json",
            &[],
        )
    }

    /// The route.
    pub fn at(self, method: HttpMethod, path: &str, handler: MethodRouter<Server>) -> UtoipaMethodRouter<Server> {
        let mut paths = Paths::new();
        paths.add_path_operation(path, vec![method], self.operation);
        (self.schemas, paths, handler)
    }

    fn named<T: ToSchema>(&mut self) -> Ref {
        T::schemas(&mut self.schemas);
        self.schemas.push((T::name().into_owned(), T::schema()));
        Ref::from_schema_name(T::name())
    }
}

fn text(name: &str, parameter_in: ParameterIn) -> ParameterBuilder {
    let text = ParameterBuilder::new().name(name).parameter_in(parameter_in).required(Required::True);
    text.schema(Some(Object::with_type(Type::String)))
}
