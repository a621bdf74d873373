// Crew: hands that may share the work on one large frame. Codecs know no threads: whoever calls
// them may lend some.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

namespace slipring {

class Crew {
 public:
  virtual ~Crew() = default;
  // How many work at a time, at most.
  [[nodiscard]] virtual std::size_t hands() const = 0;
  // work(part, hand) for every part below `parts`, in any order; returns when all are done. What
  // one `hand` (below hands()) does, it does one after the other. `work` throws nothing.
  virtual void each(std::size_t parts,
                    const std::function<void(std::size_t part, std::size_t hand)>& work) = 0;
};

// work(first, count, hand) over all of `total` pieces: `a_part` of them at a time where there is a
// crew and enough to share, `worth` or more; else all in one go, as hand 0.
template <class Work>
void share(Crew* crew, std::size_t total, std::size_t a_part, std::size_t worth, const Work& work) {
  if (crew == nullptr || total < worth) {
    if (total != 0) work(std::size_t{0}, total, std::size_t{0});
    return;
  }
  crew->each((total + a_part - 1) / a_part, [&](std::size_t part, std::size_t hand) {
    const std::size_t first = part * a_part;
    work(first, std::min(a_part, total - first), hand);
  });
}

}  // namespace slipring
