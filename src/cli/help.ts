// What --help prints. Invariant: every line below "Examples" that begins with "myelin" is a command
// that works on the files it names; a test runs them all.

const exitCodes = `Exit codes: 0 done; 1 it failed, and standard error says why; 2 wrong use; 130 interrupted.`;

const main = `usage: myelin COMMAND ...

  run FILE       run a network document or a saved model; write what it did as table, CSV, JSON
                 or picture
  compile FILE   make a network document a saved model, which starts at once on any backend
  convert FILE   write parameters and states, or the network itself, for other programs
  inspect FILE   show what is in a network document or a saved model, and what is made of it
  models [NAME]  show the models of the library: equations, parameters, units, ranges
  calibrate      time the backends of this machine
  devices        show the GPUs that networks can run on

  --help         this text; after a command, more about that command
  --version      the version

A network document is a JSON file that net.toDocument() writes, or that you write yourself. A saved
model is a file ending in .myelin, by myelin compile or model.save().

Examples
  myelin models
  myelin inspect network.json
  myelin run network.json --dt 1 --duration 500
  myelin run --help

${exitCodes}
`;

const compiling = `  --backend NAME       auto (default), iterative, sparse, dense or gpu
  --device NAME        cpu, cuda, webgpu, gpu, gpu:N or gpu.js; default: what the backend takes
  --precision NAME     float64 (default; float32 on a GPU) or float32
  --optimize WORD      default, or none: no passes
  --order NAME         step convention; default: what the network needs (docs/timestep.md)
  --seed N             for what is drawn at random; default 0`;

const run = `usage: myelin run FILE --dt MS (--steps N | --duration MS) [flags]

Runs a network document. FILE is a path, or - for standard input. Files beside a document that it
names for its long lists are read from its folder. A FILE ending in .myelin is a saved model: it
goes on where it was saved, and --dt, --precision, --optimize, --order and --seed are fixed in it.

  --dt MS              time step [ms]
  --steps N            how many steps
  --duration MS        how long [ms]; a whole number of steps. Neither: the rows of a CSV input
  --workers N          threads that run the network together, with --backend sparse; default 1. The
                       results are the same for any number
  --input FILE.csv     inputs by column, a row for each step; the first line names them: name for a
                       whole input, name[i] for one element. What has no column is 0
  --input FILE.json    a number or list that is held, {"series": [...]} with a row for each step,
                       {"events": [...]}, or {"name": ...} with any of the first three by name
  --constant NAME=X    holds an input, or NAME[i] for one element, at a value; repeatable
  --constant X         holds all inputs at a value
  --record NAME        what to record, repeatable or a list with commas: states such as left.V
                       (myelin models names them), cells.spikes, inputs, outputs; default: all
                       outputs
  --every N            sample every Nth step; default 1
  --reset-at N         back to the initial values before step N, counted from 0; repeatable or a
                       list with commas. Inputs, and the steps of results, go on counting
  --out FILE.csv       write samples as CSV (or spikes, where only spikes are recorded)
  --out FILE.json      write everything as JSON
  --svg FILE           draw values over time, and spikes as a raster
  --checkpoint FILE.myelin
                       save the model while it runs, and at the end. The file is always whole, and
                       the one before stays as FILE.myelin.previous
  --checkpoint-every MS
                       how often [ms of simulated time]
  --json               print everything as one JSON object. Without any of these three: a table
${compiling}

Files are written in full or not at all. An interrupted run (Ctrl-C) writes what it has.

Examples
  myelin run network.json --dt 1 --steps 20
  myelin run network.json --dt 0.5 --duration 200 --constant drive=2 --every 40
  myelin run network.json --dt 1 --input drive.csv --record left.V,right.V --out potentials.csv
  myelin run network.json --dt 1 --steps 100 --input drive.json --json
  myelin run network.json --dt 1 --duration 500 --constant 5 --out all.json --svg traces.svg
  myelin run network.json --dt 1 --steps 300 --constant 5 --record cells.spikes --svg raster.svg
  myelin run network.json --dt 1 --steps 10 --backend iterative --precision float32 --optimize none
  myelin run network.json --dt 1 --steps 300 --constant 5 --every 10 --reset-at 100,200
  myelin run network.json --dt 1 --steps 300 --checkpoint run.myelin --checkpoint-every 100
  myelin run - --dt 1 --steps 10 < network.json

${exitCodes}
`;

const compile = `usage: myelin compile FILE --dt MS --out FILE.myelin [flags]

Compiles a network document and saves the model. It holds no code and needs neither the document nor
the models it was made of. FILE is a path, or - for standard input.

  --dt MS              time step [ms]
  --out FILE.myelin    where to; written in full or not at all
${compiling}

Examples
  myelin compile network.json --dt 1 --out network.myelin
  myelin run network.myelin --steps 20 --constant 5
  myelin inspect network.myelin

${exitCodes}
`;

const convert = `usage: myelin convert FILE --to FORM --out FILE [flags]

Writes the parameters and states of a model, or one step of it as an ONNX model, for other programs.
FILE is a saved model (ending in .myelin) with its states as they are, or a network document, which
is compiled first.

  --to safetensors     a file ending in .safetensors: each parameter and state is a tensor with its
                       name, as float64, float32 or int32
  --to json            a file ending in .json: the same as lists, with units
  --to onnx            a file ending in .onnx: one step of the network, which runs without Myelin
                       and begins with the initial values (docs/onnx.md)
  --out FILE           where to; written in full or not at all
  --dt MS              time step [ms]; only for a network document
${compiling}

Examples
  myelin convert network.myelin --to safetensors --out network.safetensors
  myelin convert network.json --dt 1 --to json --out values.json
  myelin convert network.json --dt 1 --precision float32 --to onnx --out network.onnx

${exitCodes}
`;

const devices = `usage: myelin devices [flags]

Shows the GPUs that --backend gpu can run on, as --device takes them, with the memory of a buffer;
or why there is none, and what to install.

  --json               print everything as one JSON object

Examples
  myelin devices
  myelin devices --json

${exitCodes}
`;

const inspect = `usage: myelin inspect FILE [flags]

Shows what a network document holds, what each pass makes of it, and how much memory it takes.
FILE is a path, or - for standard input; one ending in .myelin is a saved model. Nothing is run.

  --dt MS              time step [ms]; default 0.1
  --program            print the Program: its arrays and ops
  --code               print the code that the backend generates
  --backends           print what a step would cost on every backend, or why it cannot run there
  --json               print everything as one JSON object
${compiling}

Examples
  myelin inspect network.json
  myelin inspect network.json --dt 1 --program
  myelin inspect network.json --dt 1 --backends
  myelin inspect network.json --backend iterative --code --json
  myelin inspect - --optimize none < network.json

${exitCodes}
`;

const models = `usage: myelin models [NAME] [--json]

Lists the models of the library, or shows equations, parameters, units, defaults and ranges of one.
NAME is a path such as neurons.spiking, or spiking for all models of that name; neurons, channels or
synapses lists those only.

  --json               print one JSON object

Examples
  myelin models
  myelin models synapses
  myelin models neurons.spiking
  myelin models persistentSodium --json

${exitCodes}
`;

const calibrate = `usage: myelin calibrate [--json]

Times the backends that can run on this machine with two small networks, and keeps how they compare
with what is assumed of them: in the folder myelin of the user's cache, or in the folder that
MYELIN_CACHE names ("off": nowhere). --backend auto then chooses by it. Without this command the
first choice between backends of like speed does the same.

  --json               print one JSON object

Examples
  myelin calibrate
  myelin calibrate --json

${exitCodes}
`;

/** Texts by command; `main` for none. */
export const help = { main, run, compile, convert, inspect, models, devices, calibrate } as const;
