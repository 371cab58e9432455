mod behaviour;
mod fixture;
mod model;
mod validation;
