/**
 * Exit codes of the command line, documented in docs/reference/cli.md. A fault of our own has the code that sysexits.h has for one, so that
 * no script takes it for a verdict.
 */
export const EXIT = {
  ok: 0,
  gateFailed: 1,
  badInput: 2,
  undecided: 3,
  unavailable: 4,
  budgetSpent: 5,
  internal: 70,
} as const;

interface CatalogueEntry {
  /** HTTP status. A deterministic error is never a 5xx. */
  status: number;
  /** Exit code of the command line. */
  exit: number;
  /** One sentence for docs/errors.md: when this happens. */
  when: string;
  /** What to do about it, in general. */
  remedy: string;
}

const badInput = EXIT.badInput;

/** Every error Airworthy raises on purpose. Codes are stable: scripts and clients match on them. */
export const CATALOGUE = {
  // general
  INTERNAL: {
    status: 500,
    exit: EXIT.internal,
    when: 'Something failed that Airworthy did not foresee.',
    remedy: 'Run again with --verbose and report the stack trace.',
  },
  DISK_FULL: {
    status: 507,
    exit: EXIT.unavailable,
    when: 'The data folder has no room left. Nothing acknowledged is lost and reads go on.',
    remedy: 'Free space on the disk that holds the data folder, then run the same command again.',
  },
  BAD_ARGUMENT: {
    status: 400,
    exit: badInput,
    when: 'A command, function or request got an argument it cannot take.',
    remedy: 'See the command with --help, or the address in docs/reference/http.md.',
  },

  JOB_OUT_OF_MEMORY: {
    status: 507,
    exit: EXIT.unavailable,
    when: 'A piece of work in a worker thread needed more memory than it was given.',
    remedy: 'Use fewer rows (a sample) or columns, or a machine with more memory.',
  },

  // project
  CONFIG_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'No airworthy.config.ts in the folder or above it.',
    remedy: 'Run `airworthy init` to make a project, or pass its folder.',
  },
  DATA_NOT_CONFIGURED: {
    status: 409,
    exit: badInput,
    when: 'The project only tracks: its config has no `data`, or it has no airworthy.config.ts at all.',
    remedy: 'Say in airworthy.config.ts where its data is: `data: { source: "…", target: { name: "…" } }`.',
  },
  CONFIG_SYNTAX: {
    status: 400,
    exit: badInput,
    when: 'airworthy.config.ts cannot be read as TypeScript.',
    remedy: 'Mend the line named in the message.',
  },
  CONFIG_INVALID: {
    status: 400,
    exit: badInput,
    when: 'A key or value in airworthy.config.ts is not known or not of the right kind.',
    remedy: 'Use the name or value the message offers; docs/reference/config.md lists all.',
  },

  // store
  STORE_NEWER: {
    status: 409,
    exit: badInput,
    when: 'The data folder was last used by a newer version of Airworthy.',
    remedy: 'Use that version or a newer one, or another data folder (--data).',
  },
  BLOB_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'Content that a record refers to is not in the data folder.',
    remedy: 'Restore the data folder from a backup, or make the content again with `airworthy ship`.',
  },
  BLOB_ALTERED: {
    status: 409,
    exit: badInput,
    when: 'Content in the data folder no longer has the digest it is named by: its file was altered or cut short.',
    remedy:
      'Restore the file named in the message from a backup; or delete it and run `airworthy ship`, which makes again what can be made again.',
  },
  STORE_UNREACHABLE: {
    status: 503,
    exit: EXIT.unavailable,
    when: 'The PostgreSQL database that holds the records cannot be reached, or refuses the connection.',
    remedy: 'Start the database, or correct AIRWORTHY_DATABASE; then run the same command again.',
  },

  // models
  MODEL_INVALID: {
    status: 400,
    exit: badInput,
    when: 'A model file is damaged, or describes a model that cannot be computed.',
    remedy: 'Restore the file from its bundle, or train the model again with `airworthy ship`.',
  },
  ONNX_RUN_FAILED: {
    status: 422,
    exit: badInput,
    when: 'An ONNX graph of another program failed on a record, or gave what is no prediction.',
    remedy:
      'Make the graph take every record its signature accepts: missing values and unseen categories too.',
  },

  // data
  DATA_FILE_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A source of the data names a file, glob or package that is not there.',
    remedy: 'Correct `data.source`; paths are relative to the project folder.',
  },
  DATA_FORMAT_UNKNOWN: {
    status: 400,
    exit: badInput,
    when: 'The ending of a data file tells no format that Airworthy reads.',
    remedy: 'Set `data.format` to csv, tsv, json, jsonl or parquet.',
  },
  DATA_FILE_EMPTY: {
    status: 400,
    exit: badInput,
    when: 'A data file has no bytes, or no rows under its header.',
    remedy: 'Check what wrote the file, and add it again when it holds rows.',
  },
  DATA_FILE_UNREADABLE: {
    status: 400,
    exit: badInput,
    when: 'A data file is not what its format says: broken, cut short, or of another format.',
    remedy: 'Check the file at the place named in the message, or set `data.format`.',
  },
  DATA_ENCODING: {
    status: 400,
    exit: badInput,
    when: 'A text file is not in the encoding it is read in (UTF-8 where none is set).',
    remedy: 'Set `data.encoding`, or convert the file with `iconv -f LATIN1 -t UTF-8`.',
  },
  DATA_DUPLICATE_COLUMN: {
    status: 400,
    exit: badInput,
    when: 'Two columns have the same name, or names that differ only in case.',
    remedy: 'Rename one of the columns in the file.',
  },
  DATA_RAGGED_ROWS: {
    status: 400,
    exit: badInput,
    when: 'A row has more or fewer values than the header has names.',
    remedy: 'Mend the line named in the message; values that hold the delimiter need quotes.',
  },
  DATA_TOO_WIDE: {
    status: 400,
    exit: badInput,
    when: 'The data has more columns than Airworthy takes.',
    remedy: 'Keep the columns that a model can use, or hold the matrix in fewer columns.',
  },
  DATA_TOO_LARGE: {
    status: 400,
    exit: badInput,
    when: 'A step over the data needs more memory than it may take.',
    remedy: 'Take a sample (`data.sample`) or drop columns with many distinct texts.',
  },
  DATA_COLUMN_NOT_FOUND: {
    status: 400,
    exit: badInput,
    when: 'The configuration names a column that the data does not have.',
    remedy: 'Use one of the names in the message.',
  },
  DATA_COLUMN_KIND: {
    status: 400,
    exit: badInput,
    when: 'A column holds values that are not of the kind the configuration or its use asks for.',
    remedy: 'Correct the values, or declare another kind in `data.columns`.',
  },
  DATA_MIXED_DATES: {
    status: 400,
    exit: badInput,
    when: 'A column holds dates in two formats, so that a date could be read wrongly.',
    remedy: 'Write all dates in one format, best ISO 8601 (2001-02-03), or declare the column as a category.',
  },
  DATA_EXPRESSION: {
    status: 400,
    exit: badInput,
    when: 'An SQL expression in `data.filters` or `data.target.from` cannot be used.',
    remedy: 'Mend the expression; it is one SQL expression over the columns of the data.',
  },
  DATA_NO_ROWS_LEFT: {
    status: 400,
    exit: badInput,
    when: 'The sample and the filters leave no row.',
    remedy: 'Loosen the filter named in the message.',
  },
  DATASET_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'No dataset, or no version of it, under this name.',
    remedy: '`airworthy data list` shows what there is.',
  },
  TARGET_MISSING: {
    status: 400,
    exit: badInput,
    when: 'The target has no values, or the data has no target where one is needed.',
    remedy: 'Set `data.target` to a column, or give an expression in `from`.',
  },
  TARGET_ONE_CLASS: {
    status: 400,
    exit: badInput,
    when: 'The target has the same value in every row: there is nothing to learn.',
    remedy: 'Check the filters and the expression of the target.',
  },
  SPLIT_IMPOSSIBLE: {
    status: 400,
    exit: badInput,
    when: 'The rows cannot be split as asked.',
    remedy: 'Choose another way to split, another column, or more rows.',
  },
  QUALITY_FAILED: {
    status: 422,
    exit: EXIT.gateFailed,
    when: 'A quality rule of severity error found something in the data.',
    remedy: 'Correct the data, declare a filter, or give the rule another severity in `data.quality`.',
  },

  // tracking
  RUN_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A command or request names a run that the project does not have.',
    remedy: 'List the runs with `airworthy runs list`.',
  },
  COMMAND_NOT_STARTED: {
    status: 400,
    exit: 127,
    when: 'The program that `airworthy run` was to start does not exist or may not be run.',
    remedy: 'Check its name and PATH: airworthy run -- COMMAND, with the command as you would type it.',
  },
  PARAM_CHANGED: {
    status: 409,
    exit: badInput,
    when: 'A run was given another value for a param it already has. Params are written once.',
    remedy: 'Start a new run for the new value, or use a tag for what may change.',
  },
  TAG_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A tag is to be removed that is not there.',
    remedy: 'Nothing need be done: the tag is gone already.',
  },
  RUN_DELETED: {
    status: 409,
    exit: badInput,
    when: 'Something was to be written to a run that is deleted.',
    remedy: 'Restore the run first, or write to another.',
  },
  ARTIFACT_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A run has no artifact at the path asked for.',
    remedy: 'List its artifacts with `airworthy runs show RUN`.',
  },
  ARTIFACT_PATH_INVALID: {
    status: 400,
    exit: badInput,
    when: 'The path of an artifact is absolute, too long, or has a part such as "..", in whatever encoding.',
    remedy: 'Name it by a relative path with forward slashes, such as "plots/roc.png".',
  },
  ARTIFACT_PATH_TAKEN: {
    status: 409,
    exit: badInput,
    when: 'An artifact’s path would make a file a folder too, or a folder a file.',
    remedy: 'Choose another path, or delete what is there first.',
  },
  ARTIFACT_ELSEWHERE: {
    status: 400,
    exit: badInput,
    when: 'Artifacts are asked for that a client keeps in a place of its own, because its experiment was given one.',
    remedy: 'Read them there; experiments without an artifact location of their own keep theirs here.',
  },
  UPLOAD_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A part belongs to an upload that was completed, given up, or never begun.',
    remedy: 'Begin a new upload.',
  },
  UPLOAD_INCOMPLETE: {
    status: 400,
    exit: badInput,
    when: 'An upload in parts is to be completed, but its parts are not those that arrived.',
    remedy: 'Send the part that the message names again, then complete the upload.',
  },
  FILTER_INVALID: {
    status: 400,
    exit: badInput,
    when: 'A filter or an order asked of a search is not in its language, or names a key it does not have.',
    remedy:
      'Write `key operator value`, joined by AND, with texts in quotes; docs/reference/filters.md has all keys.',
  },
  EXPERIMENT_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A command or request names an experiment that the project does not have.',
    remedy: 'List the experiments on the page Tracking, or name one that exists.',
  },
  EXPERIMENT_EXISTS: {
    status: 409,
    exit: badInput,
    when: 'An experiment was to get a name that another one has, deleted ones included.',
    remedy: 'Use the experiment that has the name, restore it if it is deleted, or take another name.',
  },
  EXPERIMENT_DELETED: {
    status: 400,
    exit: badInput,
    when: 'A deleted experiment was to be written to.',
    remedy: 'Restore the experiment first.',
  },
  LOGGED_MODEL_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A request names a logged model that the project does not have, or that was deleted.',
    remedy: 'List the logged models of the experiment.',
  },
  RUN_NOT_CAPTURED: {
    status: 409,
    exit: badInput,
    when: 'A run is to be reproduced whose command is not on record, because nothing recorded it.',
    remedy: 'Start commands with `airworthy run -- COMMAND`; runs of `airworthy ship` can be reproduced too.',
  },
  REPRODUCTION_IMPOSSIBLE: {
    status: 409,
    exit: badInput,
    when: 'A run cannot be run again: its commit, a file it needs or what it was installed with is not to be had.',
    remedy:
      'Provide what the message names: fetch the commit, put the file back, install the tool. `airworthy reproduce RUN --dry-run` lists all of it.',
  },
  TRACE_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A command or request names a trace that the project does not have.',
    remedy: 'List the traces with GET /api/v1/traces, or look whether its spans have been sent.',
  },
  SPAN_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A request names a span that its trace does not have.',
    remedy: 'List the spans of the trace with GET /api/v1/traces/TRACE/spans.',
  },
  ASSESSMENT_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A request names an assessment that its trace does not have.',
    remedy: 'Read the trace: its assessments are listed with it.',
  },
  TRACES_MALFORMED: {
    status: 400,
    exit: badInput,
    when: 'What was sent to /v1/traces is no OTLP export request: broken protobuf, JSON or compression.',
    remedy: 'Send an ExportTraceServiceRequest as application/x-protobuf or application/json.',
  },

  // training
  TRAINING_TOO_FEW_ROWS: {
    status: 400,
    exit: badInput,
    when: 'No training rows, or too few to learn from, are left after filters and the split.',
    remedy: 'Loosen the filters, sample less or add data.',
  },
  TRAINING_NO_FEATURES: {
    status: 400,
    exit: badInput,
    when: 'No column is left that a model could learn from.',
    remedy: 'Name at least one column that varies in data.features.',
  },
  TARGET_INVALID: {
    status: 400,
    exit: badInput,
    when: 'The target does not fit the task: values missing, of no known class, or of a kind it cannot predict.',
    remedy: 'Check data.target and training.task.',
  },
  VALIDATION_IMPOSSIBLE: {
    status: 400,
    exit: badInput,
    when: 'The training rows cannot be divided into training and validation.',
    remedy: 'Choose another split (data.split) or another validation (training.validation).',
  },
  TRAINING_TOO_LARGE: {
    status: 400,
    exit: badInput,
    when: 'The rows and features need more memory than a learner can use.',
    remedy: 'Use a sample (data.sample), fewer features or fewer leaves.',
  },
  TRAINING_FAILED: {
    status: 422,
    exit: badInput,
    when: 'Every trial failed; the message has the first cause, and each trial is a failed run with its own.',
    remedy: 'Look at the failed runs with `airworthy runs show`.',
  },
  TRAINER_FAILED: {
    status: 422,
    exit: badInput,
    when: 'The program of `training.trainer` could not be started, or ended with an error.',
    remedy: 'Mend what its last lines say; all of its output is with the run, see `airworthy runs show`.',
  },
  TRAINER_TIMED_OUT: {
    status: 422,
    exit: badInput,
    when: 'The program of `training.trainer` took longer than its timeoutSeconds and was stopped.',
    remedy: 'Give it more time: command(…, { timeoutSeconds: … }).',
  },
  TRAINER_OUTPUT_INVALID: {
    status: 422,
    exit: badInput,
    when: 'The program of `training.trainer` ended well, but what it wrote is missing or not what it should be.',
    remedy:
      'Write the file named in the message into the folder AIRWORTHY_OUTPUT as docs/stages/training.md says.',
  },
  TRAINER_FILE_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A file that `training.trainer` names in its inputs is not in the project.',
    remedy: 'Correct the inputs of command(…); paths and globs are relative to the project folder.',
  },

  // evaluation
  EVALUATION_DATASET_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A request names an evaluation dataset that the project does not have.',
    remedy: 'Search the evaluation datasets, or make the dataset first.',
  },
  SCORER_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A request names a scorer, or a version of one, that the experiment does not have.',
    remedy: 'List the scorers of the experiment.',
  },
  METRIC_UNSUITABLE: {
    status: 400,
    exit: badInput,
    when: 'A metric is asked for that does not fit the kind of task, such as an ROC-AUC of a regression.',
    remedy: 'Use one of the metrics the message names.',
  },
  SLICE_COLUMN_NOT_FOUND: {
    status: 400,
    exit: badInput,
    when: '`evaluation.slices` names a column that the data does not have.',
    remedy: 'Use one of the columns the message names.',
  },
  TARGET_UNREADABLE: {
    status: 400,
    exit: badInput,
    when: 'A row to be evaluated has no target, or one that is not among the classes of the task.',
    remedy: 'Exclude such rows with a filter in `data.filters`, or correct them.',
  },
  SCORES_INVALID: {
    status: 400,
    exit: badInput,
    when: 'Predictions do not fit the rows: too many or too few, not finite, or not probabilities.',
    remedy: 'Check what the model or the command that trains it writes.',
  },
  EVALUATION_EMPTY: {
    status: 400,
    exit: badInput,
    when: 'There are no rows to evaluate on.',
    remedy: 'Give the test role of `data.split` a larger share.',
  },
  EXPLANATION_NOT_ADDITIVE: {
    status: 422,
    exit: EXIT.internal,
    when: 'Shapley values do not add up to the model’s output: they would be wrong, so none is shown.',
    remedy: 'Report it with the residual and the model; `--algorithm kernel` explains by scoring alone.',
  },
  EXPLANATION_NOT_POSSIBLE: {
    status: 400,
    exit: badInput,
    when: 'The way of explaining that was asked for does not fit the model or the field.',
    remedy: 'Leave `--algorithm` to Airworthy, or use the method that the message names.',
  },
  EXPLANATION_TOO_COSTLY: {
    status: 400,
    exit: badInput,
    when: 'An explanation would ask the model for more predictions than its cap; none was asked for.',
    remedy: 'Explain fewer rows or fields, use fewer background rows, or raise `--max-calls`.',
  },
  EXPLANATION_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'No explanation of this project has this id.',
    remedy: 'Ask `GET /api/v1/explanations` for those there are, or run `airworthy explain`.',
  },
  FAIRNESS_COLUMN_NOT_FOUND: {
    status: 400,
    exit: badInput,
    when: '`evaluation.fairness` names a column that the data does not have, or one whose values are no groups.',
    remedy: 'Use one of the columns the message names.',
  },
  EVALUATION_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'No evaluation is stored for this run.',
    remedy: '`airworthy runs list` shows the runs; `airworthy ship` evaluates one.',
  },
  SCORER_UNKNOWN: {
    status: 400,
    exit: badInput,
    when: 'A suite names a kind of scorer that does not exist.',
    remedy: 'See the list of scorers in docs/scorers.md, or write a function.',
  },
  SCORER_INVALID: {
    status: 400,
    exit: badInput,
    when: 'A scorer has settings that it does not know or cannot use, or two scorers have the same metric.',
    remedy: 'Change the setting that the message names; docs/scorers.md has the settings of each scorer.',
  },
  PATTERN_INVALID: {
    status: 400,
    exit: badInput,
    when: 'A pattern is no regular expression of RE2, whose time is linear: no look-around, no back-references.',
    remedy: 'Correct the pattern that the message names.',
  },
  GRAMMAR_MISSING: {
    status: 400,
    exit: badInput,
    when: 'Code is to be compared by its syntax tree, and the optional package with the grammars is not installed.',
    remedy: 'Install it: `npm install @vscode/tree-sitter-wasm`.',
  },

  // evaluation: suites and their cases
  SUITE_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'No suite of that name is below the project folder, or there is none at all.',
    remedy: 'Write one in a file that ends in .eval.ts or .eval.yaml; docs/evaluate.md has a first one.',
  },
  SUITE_INVALID: {
    status: 400,
    exit: badInput,
    when: 'A suite, or a case of it, is not of the form that suites have.',
    remedy: 'Mend what the message names; docs/evaluate.md has the form.',
  },
  SUITE_IMPORT_FAILED: {
    status: 400,
    exit: EXIT.unavailable,
    when: 'A suite file cannot be read as TypeScript or YAML, or what it imports throws.',
    remedy: 'Mend the line that the message names; the file must run on its own.',
  },
  SUITE_EMPTY: {
    status: 400,
    exit: EXIT.unavailable,
    when: 'A suite has no cases, or none of the role, filter and sample asked for. Nothing was evaluated, so nothing passed.',
    remedy: 'Check its dataset, and `--role`, `--filter` and `--sample`.',
  },
  METRIC_UNKNOWN: {
    status: 400,
    exit: badInput,
    when: 'A gate is on a metric that no scorer of the suite gives.',
    remedy: 'Use one of the metrics that the message names, or add the scorer that gives it.',
  },
  SLICE_UNKNOWN: {
    status: 400,
    exit: badInput,
    when: 'A suite or one of its gates names a slice that no case is in.',
    remedy: 'Name a key of the cases’ metadata or input, such as lang, or one value of it: lang=de.',
  },
  CLUSTER_MISSING: {
    status: 400,
    exit: badInput,
    when: 'Some cases have a cluster and others lack the key that says which.',
    remedy: 'Give every case the key; a case that stands alone gets a value of its own.',
  },
  CASE_DUPLICATE: {
    status: 400,
    exit: badInput,
    when: 'Two cases of a suite have the same id; without ids: the same input and the same expected answer.',
    remedy: 'Take one of them out, or give each an id of its own (and both the same cluster).',
  },
  SUITE_EVALUATION_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'No evaluation of a suite has that id or number, or it has no case there.',
    remedy: '`airworthy evaluations list` shows what there is.',
  },
  HELD_OUT_CLOSED: {
    status: 403,
    exit: badInput,
    when: 'Cases of a held-out evaluation are asked for. They are reachable only by a gate, so that nobody tunes to them.',
    remedy: 'Look at cases of the role dev; `airworthy evaluate --role held-out` gives the verdict.',
  },

  // evaluation: keeping some of the cases
  SELECTION_EMPTY: {
    status: 400,
    exit: badInput,
    when: 'A selection of cases of an evaluation chooses none, or names one that the evaluation does not have.',
    remedy: 'Look at the cases with `airworthy evaluations show`, and loosen the rule or correct the ids.',
  },
  SELECTION_EXISTS: {
    status: 409,
    exit: badInput,
    when: 'A selection is to be saved as a suite, and there are files of that name with other content.',
    remedy: 'Choose another name, or remove the files that the message names.',
  },

  // evaluation: baselines and held-out cases
  EVALUATION_NOT_BLESSABLE: {
    status: 409,
    exit: badInput,
    when: 'An evaluation cannot become a baseline: it is not finished, its gates did not pass, or it has no such task.',
    remedy: '`airworthy evaluations list` shows what there is.',
  },
  LOOKS_SPENT: {
    status: 409,
    exit: badInput,
    when: 'The held-out cases were looked at as often as they may be. Each further look would make their verdicts worth less.',
    remedy: 'Cut a new held-out part, or raise heldOutBudget, which makes every look stricter.',
  },

  // evaluation: model calls and tasks
  MODEL_CALL_FAILED: {
    status: 502,
    exit: EXIT.unavailable,
    when: 'A model or endpoint could not be reached, broke off, or answered 429 or 5xx as often as it was asked.',
    remedy:
      'Run the same command again later: what is done is not repeated. `--retry-errors` asks these cases again.',
  },
  MODEL_CALL_REFUSED: {
    status: 400,
    exit: EXIT.unavailable,
    when: 'A model or endpoint refused a request for what it says (400, 401, 403, 404 …); asking again would not help.',
    remedy:
      'Correct the address, the key, the model or the parameters, then run again with `--retry-errors`.',
  },
  MODEL_CALL_TIMED_OUT: {
    status: 504,
    exit: EXIT.unavailable,
    when: 'A model or endpoint gave no answer in time.',
    remedy: 'Raise timeoutSeconds, or ask the model less at once (`concurrency`).',
  },
  MODEL_ANSWER_INVALID: {
    status: 502,
    exit: EXIT.unavailable,
    when: 'A model or endpoint answered with what is no JSON, or with no answer in it.',
    remedy:
      'Check the address: it must end where `/chat/completions` begins, such as http://127.0.0.1:8000/v1.',
  },
  MODEL_KEY_MISSING: {
    status: 400,
    exit: badInput,
    when: 'The environment variable that is to hold a model’s key is not set.',
    remedy: 'Set it, or replay recorded answers with `--cache strict`, which needs no key.',
  },
  MODEL_PRICE_UNKNOWN: {
    status: 400,
    exit: badInput,
    when: 'A budget for costs is set, and a model has no price that its calls could be counted by.',
    remedy:
      'Give its price in airworthy.config.ts: `tracking: { traces: { prices: { "…": { input, output } } } }`.',
  },
  RECORDING_MISSING: {
    status: 409,
    exit: EXIT.unavailable,
    when: 'With `--cache strict` a call is made that no recording answers.',
    remedy: '`airworthy cache explain CASE` says what changed; record again with `--cache record`.',
  },
  RECORDINGS_INVALID: {
    status: 400,
    exit: badInput,
    when: 'A file of recorded calls has a line that is none.',
    remedy: 'Restore the file from version control, or record again with `--cache record`.',
  },
  EVALUATION_BUDGET_SPENT: {
    status: 409,
    exit: EXIT.budgetSpent,
    when: 'An evaluation has spent its budget of cost, tokens, requests or seconds.',
    remedy: 'Run the same command again: it goes on where it stopped, with as much to spend once more.',
  },
  TASK_INVALID: {
    status: 400,
    exit: badInput,
    when: 'What is to be evaluated cannot be: no such file, prompt, bundle or endpoint, or parts that do not go together.',
    remedy: 'Correct the task in the suite; see docs/evaluate.md.',
  },
  TASK_FAILED: {
    status: 400,
    exit: EXIT.unavailable,
    when: 'A function, command or endpoint under evaluation failed on a case.',
    remedy: 'Mend what the message says, then run again with `--retry-errors`.',
  },
  TASK_TIMED_OUT: {
    status: 504,
    exit: EXIT.unavailable,
    when: 'What is evaluated gave no answer to a case within timeoutSeconds.',
    remedy: 'Raise timeoutSeconds, then run again with `--retry-errors`.',
  },
  TEMPLATE_INVALID: {
    status: 400,
    exit: badInput,
    when: 'A prompt uses more of a template language than {{variables}}, or a variable that a case does not have.',
    remedy: 'Name members of the case’s input: {{question}}, {{user.name}}.',
  },
  CASE_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A case is asked for by an id that none of the suite has.',
    remedy:
      'Ids are the `id` of cases, else made from their content; `airworthy evaluations show` lists them.',
  },
  PROMPTFOO_UNREADABLE: {
    status: 400,
    exit: badInput,
    when: 'A config of promptfoo, or a suite in its words, is none, or names a file that cannot be read.',
    remedy: 'Mend what the message names; see docs/import-promptfoo.md.',
  },

  // evaluation: judges and human review
  REVIEW_QUEUE_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'No review queue of the project has that name.',
    remedy: 'List the queues with `airworthy review list`.',
  },
  REVIEW_QUEUE_EXISTS: {
    status: 409,
    exit: badInput,
    when: 'A review queue of that name was made from other items, questions or settings.',
    remedy: 'Give the new queue another name: what people have judged stays what it was.',
  },
  REVIEW_QUEUE_CLOSED: {
    status: 409,
    exit: badInput,
    when: 'A review queue takes no more answers.',
    remedy: 'Make another queue from the same source.',
  },
  REVIEW_QUEUE_EMPTY: {
    status: 400,
    exit: badInput,
    when: 'A review queue would have no items: no case of the evaluation is in the slice or list asked for, or none has an answer.',
    remedy: 'Widen the source of the queue; `airworthy evaluations list` shows what there is.',
  },
  QUEUE_ITEM_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A review queue has no item of that id.',
    remedy: 'Ask for the next item: `airworthy review next QUEUE --reviewer NAME`.',
  },
  ANNOTATION_INVALID: {
    status: 400,
    exit: badInput,
    when: 'A reviewer’s answers are not those that the questions of the queue ask for.',
    remedy: 'Answer what the message names; `airworthy review show QUEUE` lists the questions.',
  },
  ANNOTATION_FINAL: {
    status: 409,
    exit: badInput,
    when: 'A submitted answer is to be changed after others have answered too or the item was adjudicated: it could have been seen by then.',
    remedy: 'Settle the item: `airworthy review adjudicate`.',
  },
  REVIEW_LEASE_MISSING: {
    status: 409,
    exit: badInput,
    when: 'A reviewer answers an item that was not handed to them.',
    remedy: 'Ask for the next item first: `airworthy review next QUEUE --reviewer NAME`.',
  },
  REVIEW_UNFINISHED: {
    status: 409,
    exit: badInput,
    when: 'A queue has no item yet that people have settled, or none that the judge scored too.',
    remedy: 'Review some items first; `airworthy review show QUEUE` says how far it is.',
  },

  // registry
  PARITY_FAILED: {
    status: 422,
    exit: badInput,
    when: 'The packed model does not predict what the trained one predicted; nothing was packed.',
    remedy: 'Train again; if it stays, report the model and the row named in the message.',
  },
  ONNX_RUNTIME_MISSING: {
    status: 424,
    exit: EXIT.unavailable,
    when: 'The optional package onnxruntime-node, which checks and runs ONNX models, is not installed or does not load.',
    remedy:
      'Run `ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node`; `airworthy doctor` tells whether it loads.',
  },
  BUNDLE_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A bundle that a command or record names is not in the data folder.',
    remedy: 'Pack it again with `airworthy ship`, or restore the data folder from a backup.',
  },
  BUNDLE_NEWER: {
    status: 409,
    exit: badInput,
    when: 'A bundle was packed by a newer version of Airworthy, in a form this one does not know.',
    remedy: 'Use that version or a newer one.',
  },
  BUNDLE_ALTERED: {
    status: 409,
    exit: badInput,
    when: 'A file of a bundle is not the one that was packed and signed.',
    remedy:
      'See what changed with `airworthy models verify`, then pack again with `airworthy ship`; a bundle is never edited.',
  },
  SIGNING_KEY_UNREADABLE: {
    status: 409,
    exit: badInput,
    when: 'The data folder’s signing key is not a readable ed25519 private key.',
    remedy:
      'Restore keys/ed25519.pem from a backup, or move it away: a new key is made, and older bundles are then no longer trusted.',
  },
  MODEL_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A command or request names a model that the project does not have.',
    remedy: 'List the models with `airworthy models list`.',
  },
  MODEL_EXISTS: {
    status: 409,
    exit: badInput,
    when: 'A model or a prompt is to be made, or renamed, and another one has the name.',
    remedy: 'Choose another name, or register versions of the model that is there.',
  },
  MODEL_IN_USE: {
    status: 409,
    exit: badInput,
    when: 'A model or a version that serves, or ever served, is to be deleted or renamed: its predictions refer to it.',
    remedy: 'Leave it, and take its aliases away; archived versions are out of the way.',
  },
  STAGE_UNKNOWN: {
    status: 400,
    exit: badInput,
    when: 'A model version is to be put into a stage that there is not.',
    remedy: 'Use None, Staging, Production or Archived.',
  },
  VERSION_SOURCE_REFUSED: {
    status: 400,
    exit: badInput,
    when: 'A model version is to be registered from a local path, or from an address with relative parts.',
    remedy: 'Log the model to this server, and register it by models:/<model id>.',
  },
  WEBHOOK_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'No webhook has that id.',
    remedy: 'List the webhooks.',
  },
  WEBHOOK_URL_REFUSED: {
    status: 400,
    exit: badInput,
    when: 'A webhook’s address is not https, or on this machine or a private network.',
    remedy:
      'Use a public https address, or allow the host: `registry.webhooks.allowHosts` in airworthy.config.ts.',
  },
  MODEL_NOT_PACKABLE: {
    status: 409,
    exit: badInput,
    when: 'A logged model is to be packed whose files are not here, or of which neither an ONNX graph nor a scikit-learn model is there.',
    remedy: 'Log it with mlflow.onnx or mlflow.sklearn, with this server as the tracking URI.',
  },
  VERSION_NOT_PACKED: {
    status: 409,
    exit: badInput,
    when: 'A model version that a client registered is to be served, and nobody packed it into a bundle.',
    remedy: 'Run `airworthy models pack` to judge and pack it.',
  },
  MODEL_VERSION_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A model has no version of the number asked for.',
    remedy: 'List its versions with `airworthy models show MODEL`.',
  },
  ALIAS_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'An alias points at no version of the model, or did not at the time asked for.',
    remedy: 'Point it at a version with `airworthy models promote`.',
  },
  NO_PREVIOUS_VERSION: {
    status: 409,
    exit: badInput,
    when: 'A rollback was asked for, but the alias never pointed at another version.',
    remedy: 'Point the alias at the version you want with `airworthy models promote`.',
  },

  // serving
  ENDPOINT_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'No endpoint of that name is in this project.',
    remedy:
      '`airworthy status` lists the endpoints; `airworthy ship` makes the project’s, `airworthy models deploy` others.',
  },
  ENDPOINT_NOT_READY: {
    status: 503,
    exit: EXIT.unavailable,
    when: 'The endpoint is known, but its model is still being loaded or could not be.',
    remedy: 'Ask again in a second; `airworthy status` names the problem if it lasts.',
  },
  RECORD_INVALID: {
    status: 400,
    exit: badInput,
    when: 'A record does not fit the model’s signature: a field is missing, unknown, null, of the wrong type or out of range.',
    remedy:
      'Mend the fields named in the message; GET /v2/models/{endpoint} and /api/v1/endpoints show the signature.',
  },
  BATCH_TOO_LARGE: {
    status: 413,
    exit: badInput,
    when: 'A request holds more records than serving.limits.maxBatch.',
    remedy: 'Send fewer records a request, or raise serving.limits.maxBatch in airworthy.config.ts.',
  },
  WARM_UP_FAILED: {
    status: 409,
    exit: badInput,
    when: 'A bundle’s golden records do not get the predictions it was packed with; it is not served and the former release goes on.',
    remedy: 'Run `airworthy models verify`, then pack the model again with `airworthy ship`.',
  },
  ENDPOINT_WITHOUT_TASK: {
    status: 409,
    exit: badInput,
    when: 'Labels or a replay were asked of an endpoint whose answers are neither a class nor a number.',
    remedy: 'Give the service a `task:` instead of an `output:`, or send feedback about its traces.',
  },
  ARM_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'A request names an arm that the endpoint does not have loaded.',
    remedy: 'Leave the arm out, or name one that `airworthy rollout status` lists.',
  },
  CALL_UNSUITABLE: {
    status: 400,
    exit: badInput,
    when: 'An endpoint was asked in a way its release does not answer: tensors of one that takes records, text of one that makes none.',
    remedy: 'Ask GET /v2/models/{endpoint} what it takes and gives.',
  },
  OVERLOADED: {
    status: 429,
    exit: EXIT.unavailable,
    when: 'More is waiting for a release than it can answer in good time; the request was refused before any work.',
    remedy:
      'Wait as long as the Retry-After header says, then send it again; raise serving.queue if the wait is acceptable.',
  },
  DEADLINE_EXCEEDED: {
    status: 504,
    exit: EXIT.unavailable,
    when: 'The answer could not be, or was not, ready within the time the request gave.',
    remedy: 'Give it more time (x-request-timeout-ms), or send it when less is waiting.',
  },
  REQUEST_ABANDONED: {
    status: 499,
    exit: EXIT.unavailable,
    when: 'Who sent the request left before it was answered; nobody sees this but the counts.',
    remedy: 'Nothing is to be done; raise the client’s own timeout if it gives up too soon.',
  },
  EXPLANATION_UNAVAILABLE: {
    status: 409,
    exit: badInput,
    when: 'Shapley values were asked of a release that has none: only our own linear models and trees do.',
    remedy: 'Leave out explain=shap, or serve a model that `airworthy ship` made.',
  },
  EXPLANATION_OVER_BUDGET: {
    status: 413,
    exit: badInput,
    when: 'Shapley values of so many records would take longer than serving.explain.budgetMs.',
    remedy: 'Send fewer records a request, or raise serving.explain.budgetMs in airworthy.config.ts.',
  },
  IDEMPOTENCY_CONFLICT: {
    status: 422,
    exit: badInput,
    when: 'An idempotency key was sent before with other records.',
    remedy: 'Make a new key for each new request; send the same key only to repeat the very same one.',
  },
  SERVICE_INVALID: {
    status: 400,
    exit: badInput,
    when: 'A service file (or the runtime.json of a bundle) does not say all that is needed, names a file that is not there, or its golden answers are not what it answers.',
    remedy: 'Mend what the message names; docs/runtimes.md shows a file of each runtime.',
  },
  BUNDLE_UNTRUSTED: {
    status: 403,
    exit: badInput,
    when: 'A bundle was signed with another key than this data folder’s, or holds a program and is not signed: it is not served and the former release goes on.',
    remedy:
      'See who signed it with `airworthy models verify`; to serve it all the same, add the id of its key to serving.trustedKeys in airworthy.config.ts.',
  },
  RUNTIME_MISSING: {
    status: 424,
    exit: EXIT.unavailable,
    when: 'The program of a service cannot be started on this machine.',
    remedy: 'Install the program that the message names, or serve the release where it is installed.',
  },
  RUNTIME_FAILED: {
    status: 422,
    exit: badInput,
    when: 'The code of a service failed on these records, or answered with what its signature does not allow.',
    remedy: 'Mend the records or the service; the message has its own words.',
  },
  RUNTIME_TIMED_OUT: {
    status: 504,
    exit: EXIT.unavailable,
    when: 'A service did not answer within limits.timeoutMs; its process was ended and another one started.',
    remedy: 'Raise limits.timeoutMs in the service file and pack it again, or send fewer records a request.',
  },
  RUNTIME_DOWN: {
    status: 503,
    exit: EXIT.unavailable,
    when: 'The process or server that computes a release ended, needed more memory than limits.memoryMb, or cannot be reached; it is being started again or tried again.',
    remedy: 'Send the request again in a few seconds; the server’s log tells why it ended.',
  },
  TENSOR_INVALID: {
    status: 400,
    exit: badInput,
    when: 'A tensor is not what its name, datatype and shape say, is not what the model takes, or cannot be given in the form asked for.',
    remedy:
      'Mend the tensor named in the message; GET /v2/models/{endpoint} shows what the model takes and gives.',
  },
  PROTOCOL_UNSUPPORTED: {
    status: 400,
    exit: badInput,
    when: 'A request of the Open Inference Protocol uses an extension that this server does not list at GET /v2.',
    remedy: 'Leave the parameter named in the message out; docs/oip.md says what is taken.',
  },
  TLS_FILES_INVALID: {
    status: 500,
    exit: badInput,
    when: 'The files of serving.tls cannot be read, or are no certificate and the key that belongs to it.',
    remedy: 'Give serving.tls the paths of a PEM certificate with its chain and of its unencrypted PEM key.',
  },
  EXPORT_FOLDER_TAKEN: {
    status: 409,
    exit: badInput,
    when: 'The folder to export to is no folder, or holds something.',
    remedy: 'Name one that does not exist yet, or empty it.',
  },
  EXPORT_IMPOSSIBLE: {
    status: 409,
    exit: badInput,
    when: 'A release cannot be served by what it is to be exported to: Triton takes ONNX graphs, and only signed bundles are exported.',
    remedy: 'Export it to docker or kserve, which serve whatever this server does.',
  },
  PREDICTION_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'No logged prediction has that id: it was never made, was shed, or is older than serving.predictionLog.retentionDays.',
    remedy: 'Use the id from a response’s x-airworthy-prediction-id.',
  },
  BODY_NOT_JSON: {
    status: 400,
    exit: badInput,
    when: 'A request’s body is not JSON text in UTF-8. NaN and Infinity are not JSON.',
    remedy: 'Mend the body at the position named in the message.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    exit: badInput,
    when: 'A request’s body is larger than serving.limits.bodyBytes.',
    remedy: 'Send less a request, or raise serving.limits.bodyBytes in airworthy.config.ts.',
  },
  MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    exit: badInput,
    when: 'A request’s body is of a type or encoding the address does not take.',
    remedy: 'Send JSON, uncompressed, with content-type: application/json.',
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'The server has nothing at that address for that method.',
    remedy: 'GET /api/v1/openapi.json describes the API; predictions are POST /predict/{endpoint}.',
  },
  REQUEST_MALFORMED: {
    status: 400,
    exit: badInput,
    when: 'A request cannot be read as HTTP, or its address is not well-formed.',
    remedy: 'Check the address and its percent-encoding.',
  },
  HOST_REFUSED: {
    status: 403,
    exit: badInput,
    when: 'A request’s Host header names neither this machine’s loopback nor the configured host.',
    remedy: 'Use 127.0.0.1 or localhost, or set serving.host to the name clients use.',
  },
  ORIGIN_REFUSED: {
    status: 403,
    exit: badInput,
    when: 'A web page of another origin tried to change something.',
    remedy: 'Call from the server’s own pages, or from a program rather than a page.',
  },
  TOKEN_MISSING: {
    status: 400,
    exit: badInput,
    when: 'The server is to listen beyond loopback and has no token to ask for.',
    remedy: 'Set AIRWORTHY_TOKEN to a long random text, or serving.host to 127.0.0.1.',
  },
  TOKEN_REFUSED: {
    status: 401,
    exit: badInput,
    when: 'A request has no bearer token, or not the server’s.',
    remedy: 'Send `authorization: Bearer …` with the server’s AIRWORTHY_TOKEN.',
  },
  LISTENERS_FULL: {
    status: 503,
    exit: EXIT.unavailable,
    when: 'As many pages and programs listen to `/api/v1/live` as one server serves.',
    remedy: 'Close pages that are not looked at; a page connects again by itself.',
  },

  // serving: rollouts
  ROLLOUT_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'No rollout of that id is in this project, or the endpoint has none under way.',
    remedy: '`airworthy rollout history` lists them.',
  },
  ROLLOUT_UNDER_WAY: {
    status: 409,
    exit: badInput,
    when: 'Another version is being rolled out at the endpoint.',
    remedy: 'Wait for it, or end it with `airworthy rollout abort`.',
  },
  ROLLOUT_UNSUITABLE: {
    status: 409,
    exit: badInput,
    when: 'A version cannot be rolled out as asked: it serves already, nothing serves yet, or a step names an arm that there is none of.',
    remedy: 'Name another version, deploy the first one with `airworthy ship`, or mend the plan.',
  },
  ROLLOUT_COOLING_DOWN: {
    status: 409,
    exit: badInput,
    when: 'The version was rolled back a short while ago (coolDownMinutes of the plan).',
    remedy: 'Mend the version; to try the same one again, add --force.',
  },
  ROLLOUT_STATE: {
    status: 409,
    exit: badInput,
    when: 'A rollout was told to do what its state does not allow, such as going on although it has ended.',
    remedy: '`airworthy rollout status` says how it stands.',
  },
  GATEWAY_UNAVAILABLE: {
    status: 502,
    exit: EXIT.unavailable,
    when: 'No provider of a language model could be reached, or its answer broke off.',
    remedy: 'Ask again in a while; `serving.gateway.routes` can name others to ask instead.',
  },
  GATEWAY_TIMED_OUT: {
    status: 504,
    exit: EXIT.unavailable,
    when: 'A provider of a language model did not answer in time.',
    remedy: 'Ask again, wait longer, or raise `timeoutMs` of the provider in serving.gateway.',
  },
  GATEWAY_RATE_LIMITED: {
    status: 429,
    exit: EXIT.unavailable,
    when: 'A limit of serving.gateway.rateLimits is reached.',
    remedy: 'Ask again after the time in retry-after.',
  },
  GATEWAY_BUDGET_SPENT: {
    status: 429,
    exit: EXIT.budgetSpent,
    when: 'A hard budget of serving.gateway has not enough left for a call.',
    remedy: 'Raise the budget in airworthy.config.ts, or wait for its next period.',
  },
  GATEWAY_REQUEST_INVALID: {
    status: 400,
    exit: badInput,
    when: 'A request at the OpenAI door is none: it names no model, or is not of the form that the address takes.',
    remedy: 'See docs/gateway.md for what is taken.',
  },
  GATEWAY_REFUSED: {
    status: 400,
    exit: badInput,
    when: 'A provider does not take the request that a prompt makes.',
    remedy: 'Mend the prompt’s model, parameters or tools as the provider’s words say.',
  },
  GATEWAY_MODEL_UNKNOWN: {
    status: 404,
    exit: badInput,
    when: 'The gateway lists no model of that name.',
    remedy: 'GET /v1/models lists the names.',
  },

  // serving: streams
  STREAM_UNAVAILABLE: {
    status: 503,
    exit: EXIT.unavailable,
    when: 'A broker that messages come from or go to does not answer, or lacks the stream, subject or topic.',
    remedy: 'Check the address and that the stream or topic is there; the same command goes on where it was.',
  },

  // monitoring
  ALERT_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'No alert of the project has that id.',
    remedy: 'List the alerts with `airworthy alerts list`.',
  },
  ALERT_NOT_ACCEPTABLE: {
    status: 409,
    exit: badInput,
    when: 'An alert cannot be answered so: it is over, it is not about drift, or the windows that raised it are no longer on record.',
    remedy: 'Mend what the alert says, or acknowledge it as seen.',
  },

  // feedback
  LABEL_INVALID: {
    status: 400,
    exit: badInput,
    when: 'A label names no prediction or key, lies in the future, or its value is not one the model can predict. None of the request’s labels is kept.',
    remedy: 'Mend the labels named in the message and send all of them again.',
  },
  LABELS_TOO_MANY: {
    status: 413,
    exit: badInput,
    when: 'One request holds more than 10,000 labels, or its keys belong to more than 100,000 predictions.',
    remedy: 'Send fewer at a time; `airworthy label` and the client do so by themselves.',
  },
  LABELS_WAITING: {
    status: 409,
    exit: badInput,
    when: 'A million labels already wait for predictions that are not known. None of the request’s labels is kept.',
    remedy:
      'Check that labels carry the ids or keys of this project’s predictions; `airworthy feedback list` shows what waits.',
  },
  REVIEW_ITEM_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'No review item has that id.',
    remedy: '`airworthy feedback review` lists what is open.',
  },
  REVIEW_ITEM_DECIDED: {
    status: 409,
    exit: badInput,
    when: 'A review item was already decided otherwise.',
    remedy: 'Send another label for its prediction to correct it.',
  },

  // lifecycle, command line
  WORK_UNDER_WAY: {
    status: 409,
    exit: EXIT.unavailable,
    when: 'Another process is writing to the same data folder, or the project is being shipped already.',
    remedy: 'Wait until it is done, then run the command again: steps that are done are not repeated.',
  },
  ALREADY_SERVED: {
    status: 409,
    exit: EXIT.unavailable,
    when: 'A server is to start on a data folder that another server has.',
    remedy: 'Use the server at the address in the message, or stop it first.',
  },
  COMMAND_REFUSED: {
    status: 403,
    exit: badInput,
    when: 'A server was asked to run a command that it does not take: one that does not write to its data folder, or of another project.',
    remedy: 'Stop the server that has the data folder, or give the command another one (--data).',
  },
  CONFIG_OUTDATED: {
    status: 409,
    exit: EXIT.unavailable,
    when: 'airworthy.config.ts means something else to a command than to the server that is to run it: a file that it imports, or a variable that it reads, has changed.',
    remedy: 'Restart the server, then run the command again.',
  },
  CHAMPION_NOT_COMPARABLE: {
    status: 409,
    exit: badInput,
    when: 'The champion cannot score the rows the candidate is judged on: another task, or fields the data lacks.',
    remedy: 'Give the new kind of model its own name: `registry: { model: "…" }` in airworthy.config.ts.',
  },
  IMPROVE_IMPOSSIBLE: {
    status: 409,
    exit: badInput,
    when: 'There is no champion to improve, or what serves has another task or other fields than the project.',
    remedy: 'Run `airworthy ship` first; an improvement begins with a model that serves.',
  },
  IMPROVEMENT_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'No improvement has that id.',
    remedy: 'Run `airworthy improve history` to see them.',
  },
  IMPROVEMENT_DECIDED: {
    status: 409,
    exit: badInput,
    when: 'A decision was given about an improvement that awaits none.',
    remedy: 'Run `airworthy improve history` to see what became of it.',
  },
  REPLAY_IMPOSSIBLE: {
    status: 409,
    exit: badInput,
    when: 'A rehearsal needs the records in the data folder (SQLite), and its time goes only forward.',
    remedy: 'See docs/replay.md.',
  },
  NOTHING_TO_SERVE: {
    status: 404,
    exit: badInput,
    when: 'The endpoint has no deployment, because no model version has been promoted yet.',
    remedy:
      'Run `airworthy ship` until a candidate passes its gates, or promote one: `airworthy models promote`.',
  },
  PORT_TAKEN: {
    status: 409,
    exit: EXIT.unavailable,
    when: 'Another program listens on the address the server was told to use.',
    remedy: 'Choose another port with --port, or stop the other program.',
  },
  SERVER_UNREACHABLE: {
    status: 400,
    exit: EXIT.unavailable,
    when: 'A server does not answer: the one a command was pointed at (--url), or the one that has the data folder.',
    remedy:
      'Start it with `airworthy up`, or correct --url; without it, `predict` and `score` need no server.',
  },
  SERVER_REFUSED: {
    status: 400,
    exit: badInput,
    when: 'A server refused a command’s request: the one it was pointed at (--url), or the one that has the data folder.',
    remedy: 'Change the request as the message says.',
  },
  IMPORT_SOURCE_UNREADABLE: {
    status: 400,
    exit: badInput,
    when: 'What is to be imported is no database, folder or server of MLflow, or it refuses to be read.',
    remedy: 'Name mlflow.db, an mlruns folder, or the http address of a server; see docs/import.md.',
  },
  ARTIFACTS_UNREACHABLE: {
    status: 400,
    exit: badInput,
    when: 'Artifacts of what is imported lie somewhere that cannot be read from here.',
    remedy: 'Copy them to a folder and name it with --artifacts, or leave them out; the report counts them.',
  },
  DATASET_ERASED: {
    status: 410,
    exit: badInput,
    when: 'A dataset version held rows of a person who was erased, so its content is gone.',
    remedy: 'Use the version that took its place, which the message names; see docs/forget.md.',
  },
  ERASURE_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'No erasure has that id, or it has no receipt yet.',
    remedy: 'Run `airworthy forget` to list them; one under way goes on when it is asked for again.',
  },
  RECEIPT_INVALID: {
    status: 422,
    exit: EXIT.gateFailed,
    when: 'A receipt of an erasure was altered, is no receipt, or was not signed with the key of this data folder.',
    remedy: 'Take the receipt from the data folder that wrote it: `airworthy forget` lists them.',
  },
  FOLDER_IN_USE: {
    status: 409,
    exit: badInput,
    when: '`airworthy init` would overwrite files that are already there.',
    remedy: 'Name an empty or new folder: `airworthy init my-project`.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof CATALOGUE;
