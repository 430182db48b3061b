//! The six choices: published cases, laws, and how sure their answers are.

mod choices {
    mod answers;
    mod certainty;
    mod shipped;
}
