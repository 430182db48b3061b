//! Reviewers as a queue: how many, how busy, how long an answer waits (`docs/model.md` section 10.6).

/// Reviews that come and people who do them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Queue {
    /// Reviews that come in a working hour.
    pub per_hour: f64,
    /// Reviews that a person does in an hour.
    pub person_per_hour: f64,
}

/// People tried at most when a wait is to be kept.
const MOST_PEOPLE: f64 = 100_000.0;

impl Queue {
    /// Work in it: people's hours that come in an hour (erlangs).
    pub fn work(&self) -> f64 {
        self.per_hour / self.person_per_hour
    }

    /// The fewest people whose hours hold the work, though none is spare where it comes out even.
    pub fn people(&self) -> f64 {
        crate::curve::whole(self.work())
    }

    /// Probability that a review waits (Erlang C): B/(1 - u(1 - B)), u = work/people, with Erlang B by its
    /// recursion B(0) = 1, B(c) = a B(c-1)/(c + a B(c-1)). 1 where people are always busy.
    pub fn waits(&self, people: f64) -> f64 {
        let work = self.work();
        if work >= people {
            return 1.0;
        }
        let mut blocked = 1.0;
        for servers in 1..=(people as u32) {
            blocked = work * blocked / (f64::from(servers) + work * blocked);
        }
        blocked / (1.0 - work / people * (1.0 - blocked))
    }

    /// Mean wait before a review begins (hours): waits / (people x rate - arrivals); none where the work
    /// is as much as the people do, so that the queue grows.
    pub fn mean_wait_hours(&self, people: f64) -> Option<f64> {
        let spare = people * self.person_per_hour - self.per_hour;
        (spare > 1e-9 * self.per_hour).then(|| self.waits(people) / spare)
    }

    /// The fewest people with whom the mean wait stays within a limit (hours).
    pub fn people_for_wait(&self, hours: f64) -> Option<f64> {
        let mut people = self.people().max(1.0);
        while people <= MOST_PEOPLE {
            if self
                .mean_wait_hours(people)
                .is_some_and(|wait| wait <= hours)
            {
                return Some(people);
            }
            // Far above a thousand people steps of one are finer than the plan.
            people += (people / 1000.0).floor().max(1.0);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 600 reviews a day over 8 hours, 25 an hour and person.
    const DAY: Queue = Queue {
        per_hour: 75.0,
        person_per_hour: 25.0,
    };

    #[test]
    fn six_hundred_reviews_a_day_at_25_an_hour_need_three_people_over_eight_hours() {
        assert_eq!(DAY.people(), 3.0);
        // All three are busy all day: the queue has no end.
        assert_eq!(DAY.mean_wait_hours(3.0), None);
    }

    #[test]
    fn erlang_c_of_three_erlangs_and_four_people_by_hand() {
        // B(1) = 3/4, B(2) = 2.25/4.25 = 0.529412, B(3) = 1.588235/4.588235 = 0.346154,
        // B(4) = 1.038462/5.038462 = 0.206107; C = 0.206107/(1 - 0.75 x 0.793893) = 0.509434.
        assert!((DAY.waits(4.0) - 0.509_434).abs() < 1e-6);
        // 0.509434/(100 - 75) h = 1.22 min.
        assert!((DAY.mean_wait_hours(4.0).unwrap() - 0.020_377_4).abs() < 1e-7);
    }

    #[test]
    fn one_person_waits_as_in_a_queue_with_one_server() {
        // u = 0.5: half wait; mean wait u/(mu - lambda) = 0.5/10 h.
        let one = Queue {
            per_hour: 10.0,
            person_per_hour: 20.0,
        };
        assert!((one.waits(1.0) - 0.5).abs() < 1e-12);
        assert!((one.mean_wait_hours(1.0).unwrap() - 0.05).abs() < 1e-12);
    }

    #[test]
    fn more_people_never_wait_longer() {
        let waits: Vec<f64> = (4..40)
            .map(|people| DAY.mean_wait_hours(f64::from(people)).unwrap())
            .collect();
        assert!(waits.windows(2).all(|pair| pair[1] <= pair[0]));
    }

    #[test]
    fn a_limit_on_the_wait_takes_the_fewest_people_that_keep_it() {
        assert_eq!(DAY.people_for_wait(0.1), Some(4.0));
        let people = DAY.people_for_wait(0.002).unwrap();
        assert!(DAY.mean_wait_hours(people).unwrap() <= 0.002);
        assert!(DAY.mean_wait_hours(people - 1.0).unwrap() > 0.002);
    }
}
