// Any bytes as a command set: an answer, and what was read is read again once written.
#include <cstdio>
#include <cstdlib>

#include "engine/dimse/message/command.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipring;
  using namespace slipring::dimse;
  const auto read = read_command(Bytes(data, size));
  if (!read || read->error_comment.size() > 64) return 0;
  Buffer out;
  append(out, *read);
  const auto again = read_command(out.bytes());
  if (!again || again->field != read->field || again->message_id != read->message_id ||
      again->sop_instance != read->sop_instance || again->status != read->status ||
      again->has_data_set != read->has_data_set || again->attributes != read->attributes) {
    std::fprintf(stderr, "message: what was written is read as another\n");
    std::abort();
  }
  return 0;
}
