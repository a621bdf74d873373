// Any bytes as each PDU: an answer within the bytes, and what was read is read again once written.
#include <cstdio>
#include <cstdlib>

#include "engine/dimse/pdu/pdu.h"

namespace {

using namespace slipring;
using namespace slipring::dimse;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "pdu: %s\n", what);
  std::abort();
}

bool can_be_written(const std::string& uid) { return uid.empty() || check_uid(uid).has_value(); }

bool can_be_written(const AssociateRequest& request) {
  bool fits = can_be_written(request.application_context);
  for (const ProposedContext& context : request.contexts) {
    fits = fits && can_be_written(context.abstract_syntax);
    for (const std::string& uid : context.transfer_syntaxes) fits = fits && can_be_written(uid);
  }
  return fits;
}

void check_request(Bytes pdu) {
  const auto read = read_associate_request(pdu);
  if (!read || !can_be_written(*read)) return;
  Buffer out;
  append(out, *read);
  const auto again = read_associate_request(out.bytes());
  demand(again.has_value(), "what was written cannot be read");
  demand(again->contexts.size() == read->contexts.size(), "other contexts");
  demand(again->user.roles.size() == read->user.roles.size(), "other roles");
  demand(again->user.max_pdu_bytes == read->user.max_pdu_bytes, "another maximum");
}

void check_pdvs(Bytes pdu) {
  if (pdu.size() < kPduHeaderBytes) return;
  PdvReader reader(pdu);
  std::size_t read_bytes = 0;
  while (!reader.done()) {
    const auto pdv = reader.next();
    if (!pdv) break;
    read_bytes += pdv->fragment.size() + kPdvHeaderBytes;
  }
  demand(read_bytes <= pdu.size() - kPduHeaderBytes, "more data than bytes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  check_request(bytes);
  (void)read_associate_accept(bytes);
  (void)read_associate_reject(bytes);
  (void)read_abort(bytes);
  (void)read_release(bytes);
  check_pdvs(bytes);
  return 0;
}
