//! What a report consists of, before it is a format: paragraphs, grids, lists.

/// A part of a report.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A title.
    Title(String),
    /// A paragraph; wrapped where the format wraps.
    Text(String),
    /// Columns and rows.
    Grid(Grid),
    /// Items, each wrapped.
    List(Vec<String>),
    /// Text that stands as it is, line by line.
    Drawing(String),
}

/// Columns and rows of text.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Grid {
    /// Heads; the first column is the label and is kept when a wide grid is split.
    pub heads: Vec<String>,
    /// Rows.
    pub rows: Vec<Row>,
}

/// A row of a grid.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Row {
    /// Cells, as many as heads.
    pub cells: Vec<Cell>,
    /// Whether it is a heading or a total that stands out.
    pub strong: bool,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Cell {
    /// Its text.
    pub text: String,
    /// Whether it stands to the left (labels) or right (numbers).
    pub left: bool,
    /// Whether it is the best of its row.
    pub best: bool,
}

impl Cell {
    /// A number: to the right.
    pub fn number(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            left: false,
            best: false,
        }
    }

    /// A label: to the left.
    pub fn label(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            left: true,
            best: false,
        }
    }
}

impl Grid {
    /// A grid with these heads.
    pub fn new(heads: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            heads: heads.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row: a label and numbers.
    pub fn row(&mut self, label: impl Into<String>, numbers: impl IntoIterator<Item = String>) {
        let mut cells = vec![Cell::label(label)];
        cells.extend(numbers.into_iter().map(Cell::number));
        self.rows.push(Row {
            cells,
            strong: false,
        });
    }

    /// Adds a row that stands out.
    pub fn strong(&mut self, label: impl Into<String>, numbers: impl IntoIterator<Item = String>) {
        self.row(label, numbers);
        if let Some(row) = self.rows.last_mut() {
            row.strong = true;
        }
    }

    /// Adds a row of texts.
    pub fn texts(&mut self, texts: impl IntoIterator<Item = String>) {
        let cells = texts.into_iter().map(Cell::label).collect();
        self.rows.push(Row {
            cells,
            strong: false,
        });
    }
}
