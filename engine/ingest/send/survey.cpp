#include "engine/ingest/send/survey.h"

#include <algorithm>
#include <map>

#include "engine/ingest/send/feeder.h"

namespace slipring::ingest::send {

namespace {

struct Placed {
  Offer offer;
  std::size_t assortment = 0;
};

std::vector<Placed> take_stock(Names& names, ContextPlan& plan, Survey& survey) {
  std::map<std::pair<std::string, const dicom::TransferSyntax*>, Placed> all;
  discover::Discovered found;
  Loaded loaded;
  while (names.next(found)) {
    Work work;
    work.path = found.file.path;
    const auto described = found.kind == discover::Discovered::Kind::File
                               ? describe(work, loaded)
                               : slipring::fail(ErrorCode::Unsupported, kNoOffset, "no file");
    if (!described) {
      ++(described.error().code == ErrorCode::Unsupported ? survey.skipped : survey.failed);
      continue;
    }
    Placed& placed = all[{work.delivery.sop_class, work.stored}];
    placed.offer.sop_class = work.delivery.sop_class;
    placed.offer.stored = work.stored;
    ++placed.offer.objects;
    placed.offer.bytes += work.delivery.source.size_bytes;
    placed.assortment = plan.place(work.delivery.sop_class, work.stored->uid);
  }
  std::vector<Placed> list;
  list.reserve(all.size());
  for (auto& [pair, placed] : all) list.push_back(std::move(placed));
  return list;
}

}  // namespace

Result<Survey> survey(const Options& options) {
  Survey survey;
  ContextPlan plan(options.target != nullptr ? options.target->uid : std::string_view());
  TRY_ASSIGN(const auto names, Names::open(options));
  std::vector<Placed> all = take_stock(*names, plan, survey);
  survey.assortments = plan.size();
  for (std::size_t assortment = 0; assortment < plan.size(); ++assortment) {
    TRY_ASSIGN(const auto association, options.connect(plan.wishes(assortment), nullptr));
    const dimse::Negotiated& agreed = association->negotiated();
    survey.peer_max_pdu_bytes = agreed.peer_max_pdu_bytes;
    survey.window = agreed.async_window;
    survey.implementation = agreed.peer.implementation_version.empty()
                                ? agreed.peer.implementation_class
                                : agreed.peer.implementation_version;
    for (Placed& placed : all) {
      if (placed.assortment != assortment) continue;
      const Route route =
          route_of(agreed, placed.offer.sop_class, *placed.offer.stored, options.target);
      placed.offer.sent_as = route.syntax;
      placed.offer.as_it_is = route.as_it_is;
    }
    if (!association->release()) association->abort();
  }
  for (Placed& placed : all) survey.offers.push_back(std::move(placed.offer));
  std::ranges::sort(survey.offers, std::greater{}, &Offer::bytes);
  return survey;
}

}  // namespace slipring::ingest::send
