#include "services/cli/synthetic/random.h"

#include <numeric>

namespace vg::synthetic {
namespace {

// FNV-1a, so that subjects spread over the state space.
uint64_t Mix(uint64_t state, std::string_view text) {
  for (const char c : text) {
    state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return (state ^ 0xff) * 0x100000001b3;
}

}  // namespace

Random::Random(uint64_t seed, std::string_view subject, std::string_view purpose)
    : state_(Mix(Mix(0xcbf29ce484222325 ^ (seed * 0x9e3779b97f4a7c15), subject), purpose)) {}

uint64_t Random::Next() {
  uint64_t z = (state_ += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

int64_t Random::Below(int64_t bound) {
  // The bias of the remainder is below 2^-40 for the small bounds used here.
  return static_cast<int64_t>(Next() % static_cast<uint64_t>(bound));
}

size_t Random::Weighted(std::span<const int> weights) {
  int64_t left = Below(std::accumulate(weights.begin(), weights.end(), int64_t{0}));
  for (size_t i = 0; i < weights.size(); ++i) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return weights.size() - 1;
}

}  // namespace vg::synthetic
