// The yardstick of the Vogels-Abbott network: plain C++, float32, one thread, over the same rows of
// synapses. Variant `one` has the one loop over cells that most people write; variant `two` updates
// all cells without a branch, which compilers turn into vector code, and looks for spikes after that.
//
// g++ -O3 -march=native -ffast-math vogels-abbott.cpp && ./a.out ROWS one|two SETTLING STEPS TIME
// Steps SETTLING times, then in blocks of STEPS for TIME milliseconds. Prints the least time of a step
// in a block [ms] and the spikes of a cell in a second, as JSON.

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

constexpr float rest = -0.060f, threshold = -0.050f, drive = 0.020f;
constexpr float excitatoryReversal = 0.0f, inhibitoryReversal = -0.080f;
constexpr float dt = 0.1f;
constexpr int refractorySteps = 50, delaySteps = 8;

struct Rows {
  int cells = 0, excitatory = 0;
  float excitation = 0, inhibition = 0;
  std::vector<uint32_t> start, targets;
};

bool readRows(const char* path, Rows& rows) {
  std::FILE* file = std::fopen(path, "rb");
  if (!file) return false;
  uint32_t head[8];
  bool good = std::fread(head, 4, 8, file) == 8;
  if (good) {
    rows.cells = int(head[2]);
    rows.excitatory = int(head[3]);
    rows.start.resize(head[2] + 1);
    rows.targets.resize(head[4]);
    good = std::fread(rows.start.data(), 4, rows.start.size(), file) == rows.start.size() &&
           std::fread(rows.targets.data(), 4, rows.targets.size(), file) == rows.targets.size();
  }
  std::fclose(file);
  rows.excitation = 0.4f;
  rows.inhibition = 5.1f;
  return good;
}

struct State {
  std::vector<float> v, excitation, inhibition, resting;
  /** The spikes of the last steps, and how many of each. */
  std::vector<int> fired[delaySteps];
  int count[delaySteps] = {};
  int now = 0;
  long spikes = 0;
};

constexpr float tau = 20;
const float keepE = std::exp(-dt / 5), keepI = std::exp(-dt / 10);

// The functions are not inlined: how fast they are then depends on what is around them.

/** Without a branch, so that it becomes vector code. */
__attribute__((noinline)) void updateAll(int cells, float* __restrict v, float* __restrict e,
                                         float* __restrict i, float* __restrict r, float k) {
  for (int c = 0; c < cells; c++) {
    const float x = v[c], left = r[c];
    const float next = x + k * ((rest - x) - e[c] * (x - excitatoryReversal) -
                                i[c] * (x - inhibitoryReversal) + drive);
    v[c] = left > 0 ? rest : next;
    r[c] = std::fmax(left - 1, 0.0f);
    e[c] *= keepE;
    i[c] *= keepI;
  }
}

__attribute__((noinline)) int updateVector(State& state, int* fired) {
  const int cells = int(state.v.size());
  float* __restrict v = state.v.data();
  float* __restrict r = state.resting.data();
  updateAll(cells, v, state.excitation.data(), state.inhibition.data(), r, dt / tau);
  int count = 0;
  for (int c = 0; c < cells; c++) {
    if (v[c] > threshold) {
      fired[count++] = c;
      v[c] = rest;
      r[c] = refractorySteps;
    }
  }
  return count;
}

__attribute__((noinline)) int updateOneByOne(State& state, int* fired) {
  const int cells = int(state.v.size());
  float* __restrict v = state.v.data();
  float* __restrict e = state.excitation.data();
  float* __restrict i = state.inhibition.data();
  float* __restrict r = state.resting.data();
  const float k = dt / tau;
  int count = 0;
  for (int c = 0; c < cells; c++) {
    if (r[c] > 0) {
      r[c] -= 1;
      v[c] = rest;
    } else {
      const float x = v[c];
      v[c] = x + k * ((rest - x) - e[c] * (x - excitatoryReversal) -
                      i[c] * (x - inhibitoryReversal) + drive);
      if (v[c] > threshold) {
        fired[count++] = c;
        v[c] = rest;
        r[c] = refractorySteps;
      }
    }
    e[c] *= keepE;
    i[c] *= keepI;
  }
  return count;
}

void step(State& state, const Rows& rows, bool isVector) {
  int* fired = state.fired[state.now].data();
  static std::vector<int> arriving;
  arriving.assign(fired, fired + state.count[state.now]);
  const int count = isVector ? updateVector(state, fired) : updateOneByOne(state, fired);
  state.count[state.now] = count;
  state.spikes += count;
  for (int source : arriving) {
    const bool isExcitatory = source < rows.excitatory;
    const float weight = isExcitatory ? rows.excitation : rows.inhibition;
    float* sums = isExcitatory ? state.excitation.data() : state.inhibition.data();
    for (uint32_t edge = rows.start[source]; edge < rows.start[source + 1]; edge++) {
      sums[rows.targets[edge]] += weight;
    }
  }
  state.now = (state.now + 1) % delaySteps;
}

double milliseconds() {
  using clock = std::chrono::steady_clock;
  return std::chrono::duration<double, std::milli>(clock::now().time_since_epoch()).count();
}

}  // namespace

int main(int count, char** args) {
  Rows rows;
  if (count != 6 || !readRows(args[1], rows)) return 1;
  const bool isVector = std::string(args[2]) == "two";
  const int settling = std::atoi(args[3]), steps = std::atoi(args[4]);
  State state;
  state.v.assign(rows.cells, rest);
  state.excitation.assign(rows.cells, 0);
  state.inhibition.assign(rows.cells, 0);
  state.resting.assign(rows.cells, 0);
  for (auto& fired : state.fired) fired.resize(rows.cells);
  for (int i = 0; i < settling; i++) step(state, rows, isVector);
  state.spikes = 0;
  const double end = milliseconds() + std::atof(args[5]);
  double least = 1e300;
  long blocks = 0;
  do {
    const double from = milliseconds();
    for (int i = 0; i < steps; i++) step(state, rows, isVector);
    least = std::fmin(least, milliseconds() - from);
    blocks++;
  } while (milliseconds() < end);
  const double seconds = double(blocks) * steps * dt / 1000;
  const double rate = double(state.spikes) / rows.cells / seconds;
  std::printf("{\"ms\":%.8f,\"rate\":%.3f}\n", least / steps, rate);
}
