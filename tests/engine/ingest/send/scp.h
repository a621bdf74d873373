// What the tests of a send share: a storage SCP in this process, objects to send to it, and an
// observer that keeps what it is told.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/dimse/message/status.h"
#include "engine/dimse/service/serve.h"
#include "engine/ingest/send/send.h"
#include "tests/engine/deliver/place.h"
#include "tests/engine/dimse/wire.h"
#include "tests/engine/scan/object_builder.h"

namespace slipring::ingest::send {

using ledger::DeliveryState;
using test::Pair;

inline constexpr std::string_view kClass = "1.2.840.10008.5.1.4.1.1.7";
inline std::string instance_of(std::size_t number) {
  return "1.2.3.4." + std::to_string(number + 1);
}

// A storage SCP whose links are sockets of this process.
class Scp {
 public:
  ~Scp() { join(); }

  // The requestor's end of a new link; the other end is served.
  std::unique_ptr<dimse::Stream> link() {
    Pair pair = test::socket_pair();
    const std::scoped_lock lock(mutex_);
    threads_.emplace_back(
        [this, stream = std::move(pair.theirs)]() mutable { serve(std::move(stream)); });
    return std::move(pair.ours);
  }
  void join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  // Answers the first so many stores with these.
  std::vector<std::uint16_t> first_statuses;
  dimse::AcceptRules rules = default_rules();

  std::map<std::string, std::vector<std::uint8_t>> inventory;
  std::size_t stores = 0;
  std::size_t early = 0;  // stores while the next was there already: for one operation at a time

 private:
  static dimse::AcceptRules default_rules() {
    dimse::AcceptRules rules;
    rules.classes = {{std::string(kClass), {std::string(dimse::kExplicitLittleEndian)}}};
    rules.operations_max = 4;
    return rules;
  }
  void serve(std::unique_ptr<dimse::Stream> stream) {
    dimse::Timeouts timeouts = test::patient_timeouts();
    timeouts.closing = dimse::Milliseconds(50);
    auto association = dimse::Association::accept(
        std::move(stream),
        [&](const dimse::AssociateRequest& request) { return answer_by_rules(request, rules); },
        timeouts);
    if (!association) return;
    (void)dimse::serve(**association, [&](dimse::Association& on, const dimse::Incoming& incoming) {
      return store(on, incoming);
    });
  }
  Result<void> store(dimse::Association& on, const dimse::Incoming& incoming) {
    TRY_ASSIGN(auto data, on.gather_data(incoming, 1 << 20));
    std::uint16_t status = dimse::statuses::kSuccess;
    {
      const std::scoped_lock lock(mutex_);
      if (stores < first_statuses.size()) status = first_statuses[stores];
      ++stores;
      if (on.has_incoming()) ++early;
      if (status == 0) inventory[incoming.command.sop_instance] = std::move(data);
    }
    return on.send(incoming.context_id, dimse::response_to(incoming.command, status));
  }
  std::mutex mutex_;
  std::vector<std::thread> threads_;
};

class Fates final : public Observer {
 public:
  void started(const Options&, const ledger::Job&) override {}
  void object(const Report& report) override { reports.push_back(report); }
  void progress(const Progress&) override {}
  std::vector<Report> reports;
  [[nodiscard]] std::size_t of(DeliveryState state) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        reports, [&](const Report& report) { return report.delivery.state == state; }));
  }
};

// A file in `place`; gives its data set.
inline std::vector<std::uint8_t> write_object(const test::Place& place, std::size_t number,
                                              std::size_t bytes) {
  test::ObjectBuilder data_set;
  data_set.text(dicom::tags::SOPClassUID, dicom::VR::UI, kClass);
  data_set.text(dicom::tags::SOPInstanceUID, dicom::VR::UI, instance_of(number));
  data_set.text(dicom::Tag{0x0010, 0x0020}, dicom::VR::LO, std::string(bytes, 'x'));
  test::ObjectBuilder file;
  file.preamble().meta(dimse::kExplicitLittleEndian, kClass, instance_of(number));
  file.raw(data_set.bytes());
  place.write(std::to_string(number) + ".dcm", std::string(as_text(file.bytes())));
  return test::copied(data_set.bytes());
}

}  // namespace slipring::ingest::send
