// Any bytes as what a peer says. The first byte chooses who we are, in which steps the bytes come
// and whether requests wait for each other; every session ends, and nothing is answered to a peer
// that asked for no association.
#include "engine/dimse/service/serve.h"
#include "tests/engine/dimse/wire.h"

namespace {

using namespace slipring;
using namespace slipring::test;

Timeouts no_waiting() {
  Timeouts timeouts = short_timeouts();
  timeouts.closing = Milliseconds(1);
  return timeouts;
}

void accept(std::unique_ptr<Stream> stream) {
  const auto association = Association::accept(
      std::move(stream),
      [](const AssociateRequest& request) {
        AcceptRules rules = verification_rules();
        rules.classes.push_back({"*", {std::string(kExplicitLittleEndian)}, true});
        rules.operations_max = 8;
        return answer_by_rules(request, rules);
      },
      no_waiting());
  if (association) (void)serve(**association);
}

// Requests that wait to go out together: before each wait the bytes that are there are looked
// through for a whole answer.
void post_and_take(Association& association) {
  const Context* const context = association.negotiated().context_for(kVerificationClass);
  for (int i = 0; context != nullptr && i < 3; ++i) {
    const Command command = request(CommandField::CEchoRq, association.next_message_id(),
                                    std::string(kVerificationClass));
    if (!association.post(context->id, command)) return;
    if (!association.flush_before_waiting()) return;
    const auto incoming = association.receive(association.timeouts().response);
    if (!incoming || !*incoming) return;
    const auto nowhere = [](Bytes) { return Result<void>{}; };
    if ((*incoming)->command.has_data_set && !association.receive_data(**incoming, nowhere)) return;
  }
}

void ask(std::unique_ptr<Stream> stream, bool posts, bool releases_at_once) {
  Proposal proposal = verification_proposal();
  proposal.async_window = {8, 1};
  const auto association = Association::request(std::move(stream), proposal, no_waiting());
  if (!association) return;
  if (posts) post_and_take(**association);
  if (!releases_at_once) {
    const auto status = echo(**association);
    if (!status) return;
  }
  (void)(*association)->release();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = (data[0] & 4) != 0 ? 1 : SIZE_MAX;
  auto stream =
      std::make_unique<ByteStream>(std::vector<std::uint8_t>(data + 1, data + size), step);
  if ((data[0] & 1) != 0)
    accept(std::move(stream));
  else
    ask(std::move(stream), (data[0] & 8) != 0, (data[0] & 2) != 0);
  return 0;
}
