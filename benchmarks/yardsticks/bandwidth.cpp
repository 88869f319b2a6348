// What one core can read and write: a = b + s * c over arrays that fit into some level of the memory.
//
// g++ -O3 -march=native bandwidth.cpp && ./a.out BYTES TIME
// BYTES is the size of all three arrays together; repeats for TIME milliseconds. Prints the most
// bytes that were read and written in a second, as JSON.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

double seconds() {
  using clock = std::chrono::steady_clock;
  return std::chrono::duration<double>(clock::now().time_since_epoch()).count();
}

__attribute__((noinline)) void triad(size_t n, float* __restrict a, const float* __restrict b,
                                     const float* __restrict c, float s) {
  for (size_t i = 0; i < n; i++) a[i] = b[i] + s * c[i];
}

}  // namespace

int main(int count, char** args) {
  if (count != 3) return 1;
  const size_t bytes = size_t(std::atof(args[1])), n = bytes / 3 / sizeof(float);
  std::vector<float> a(n, 0), b(n, 1), c(n, 2);
  // Long enough for the clock, short enough to pass between two interruptions.
  const size_t rounds = std::max<size_t>(1, 2000000 / bytes);
  const double end = seconds() + std::atof(args[2]) / 1000;
  double least = 1e300;
  do {
    const double from = seconds();
    for (size_t i = 0; i < rounds; i++) triad(n, a.data(), b.data(), c.data(), 1e-3f);
    least = std::min(least, (seconds() - from) / double(rounds));
  } while (seconds() < end);
  std::printf("{\"rate\":%.6g}\n", double(n * 3 * sizeof(float)) / least);
}
