#include <algorithm>
// Any words as the keys of a query, one a line: an identifier of them is read back with as many
// attributes at depth 0 as the keys name.
#include <cstdio>
#include <cstdlib>
#include <set>

#include "engine/query/answer.h"
#include "engine/query/key.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipring;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::vector<query::Key> keys;
  std::set<dicom::Tag> roots;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (auto key = query::parse_key(rest.substr(0, end))) {
      roots.insert(key->path.front());
      keys.push_back(std::move(*key));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  for (const bool explicit_vr : {true, false}) {
    Buffer out;
    if (!query::append_identifier(out, keys, {explicit_vr, false})) return 0;
    const auto answer =
        query::Answer::read(out.bytes(), explicit_vr ? "1.2.840.10008.1.2.1" : "1.2.840.10008.1.2");
    if (!answer) continue;  // (0008,0001) and the like, which only a scan knows to be illegal
    for (const dicom::Tag tag : roots)
      if (answer->data_set().find(tag) == nullptr) {
        std::fprintf(stderr, "query: a key is not in its identifier\n");
        std::abort();
      }
  }
  return 0;
}
