//! Inputs of the six choices that no option has.

use crate::table;
use crate::table::{Key, Kind, Nested, Num, Text, choice, number, share, text};

const fn nested(keys: &'static [Key], says: &'static str) -> Key {
    Key::new(Kind::Table(keys), says)
}

table! {
    /// `[choices]`.
    ChoicesFile {
        complexity: Nested<ComplexityFile> = nested(ComplexityFile::KEYS, "Complexity or maintainability: what a more complex variant has more than a simple one."),
        data: Nested<DataChoiceFile> = nested(DataChoiceFile::KEYS, "Data quantity or quality: labeled examples, their noise, and what cleaning and collecting cost."),
        batch: Nested<BatchChoiceFile> = nested(BatchChoiceFile::KEYS, "Batch or real time: how much of the traffic could wait, and what waiting costs."),
        prompt_or_tune: Nested<PromptOrTuneFile> = nested(PromptOrTuneFile::KEYS, "Prompt or fine-tune: which two options, and the labor of prompting."),
        oversight: Nested<OversightFile> = nested(OversightFile::KEYS, "Automation or oversight: how well confidence tells errors apart, and how long a review may wait."),
    }
}

table! {
    /// `[choices.complexity]`.
    ComplexityFile {
        simple: Text = text("Name of the simple variant.").or("simple"),
        complex: Text = text("Name of the complex variant.").or("complex"),
        gain_points: Num = number("points", "Accuracy that the complex variant gains, in percentage points.").required(),
        usd_per_point_month: Num = number("USD/month", "What one percentage point of accuracy is worth in a month.").required(),
        build_usd: Num = number("USD", "What it takes more to build.").or("0"),
        debugging_hours_per_month: Num = number("h/month", "Debugging that it takes more.").or("0"),
        engineer_usd_per_hour: Num = number("USD/h", "Loaded cost of an engineer's hour.").or("120"),
        retraining_runs_per_year: Num = number("per year", "Retraining runs that it takes more.").or("0"),
        usd_per_retraining_run: Num = number("USD", "Cost of a retraining run.").or("0"),
        running_usd_per_month: Num = number("USD/month", "What it takes more to run.").or("0"),
        owner: Text = choice(&["named", "unclear"], "Whether somebody owns it by name; unclear ownership pays for learning it again at each departure.").or("named"),
        departures_per_year: Num = number("per year", "Departures of people who know it; needed where the owner is unclear."),
        relearning_hours: Num = number("h", "Hours to learn it again; needed where the owner is unclear."),
        life_months: Num = number("months", "How long it is used.").positive().between(0.0, 240.0).or("18"),
    }
}

table! {
    /// `[choices.data]`.
    DataChoiceFile {
        examples: Num = number("examples", "Labeled examples at hand.").positive().required(),
        label_noise: Num = number("", "Share of wrong labels among them.").between(0.0, 0.5).required(),
        noise_kind: Text = choice(&["spread", "concentrated"], "Whether wrong labels are spread over all examples or gather in some classes; the measure holds for spread noise.").or("spread"),
        cleaned_per_hour: Num = number("examples/h", "Examples that a person looks over in an hour.").positive().required(),
        fixed_share: Num = share("Share of the wrong labels among them that is put right.").or("1"),
        cleaning_usd_per_hour: Num = number("USD/h", "Cost of that hour.").positive().required(),
        collected_per_day: Num = number("examples/day", "Examples that a day of collecting and labeling brings.").positive().required(),
        collected_noise: Num = number("", "Share of wrong labels among these.").between(0.0, 0.5).or("label_noise"),
        collecting_usd_per_day: Num = number("USD/day", "Cost of that day.").positive().required(),
        budget_usd: Num = number("USD", "To be split between cleaning and collecting."),
        error_rate: Num = share("Present share of wrong answers, for the value of better data."),
        learning_exponent: Num = number("", "Exponent of the learning curve: error ~ effective examples^-exponent; 0.07 to 0.35 were measured.").between(0.0, 2.0),
        usd_per_point_month: Num = number("USD/month", "What one percentage point of accuracy is worth in a month."),
        stored_gb: Num = number("GB", "Data that is kept."),
        growth_gb_per_month: Num = number("GB/month", "Data that comes on top.").or("0"),
        usd_per_gb_month: Num = number("USD/GB-month", "Price of storage; needed with stored_gb."),
        pipeline_usd_per_month: Num = number("USD/month", "Pipelines that keep it usable.").or("0"),
        useful_share: Num = share("Share of the data that training uses.").or("1"),
    }
}

table! {
    /// `[choices.batch]`.
    BatchChoiceFile {
        can_wait_share: Num = share("Most of the requests that could wait.").or("the workload's batch_share"),
        wait_hours: Num = number("h", "How long they wait at most.").positive().or("24"),
        usd_per_waiting_request: Num = number("USD/request", "What an answer loses by coming late within that time.").or("0"),
        late_share: Num = share("Share of the waiting requests that miss the deadline.").or("0"),
        usd_per_late_request: Num = number("USD/request", "What a missed deadline costs.").or("0"),
    }
}

table! {
    /// `[choices.prompt_or_tune]`.
    PromptOrTuneFile {
        prompt: Text = text("The option that prompts.").or("the first [[api]]"),
        tune: Text = text("The option that is tuned.").or("the first [[fine_tune]]"),
        prompt_hours: Num = number("h", "Prompt engineering before it works.").or("0"),
        prompt_hours_per_month: Num = number("h/month", "Prompt engineering that keeps it working.").or("0"),
        engineer_usd_per_hour: Num = number("USD/h", "Loaded cost of that hour.").or("120"),
    }
}

table! {
    /// `[choices.oversight]`.
    OversightFile {
        option: Text = text("The option whose answers are reviewed.").or("the cheapest one"),
        confidence_concentration: Num = number("", "How little the model's confidence tells: alpha + beta of the distribution of error probabilities. 0.5: most answers are known to be right or wrong; 50: all look alike.").positive(),
        max_wait_minutes: Num = number("min", "Longest mean wait for a review.").positive(),
        small: Text = text("First model of a cascade: the name of an option."),
        large: Text = text("Model that gets the least certain answers: the name of an option."),
    }
}
