#include "engine/ingest/send/contexts.h"

#include <algorithm>
#include <array>

namespace slipring::ingest::send {

namespace {

constexpr std::array<std::string_view, 2> kNative = {"1.2.840.10008.1.2.1", "1.2.840.10008.1.2"};

}  // namespace

// What an assortment would have to be asked for, beyond what it is.
std::vector<dimse::ContextWish> ContextPlan::missing(const std::vector<dimse::ContextWish>& there,
                                                     const std::string& sop_class,
                                                     std::string_view transfer_syntax) const {
  std::vector<dimse::ContextWish> wanted;
  for (const std::string_view syntax :
       {transfer_syntax, kNative[0], kNative[1], std::string_view(target_)}) {
    dimse::ContextWish wish{sop_class, std::string(syntax)};
    if (!syntax.empty() && std::ranges::find(there, wish) == there.end() &&
        std::ranges::find(wanted, wish) == wanted.end())
      wanted.push_back(std::move(wish));
  }
  return wanted;
}

std::size_t ContextPlan::place(const std::string& sop_class, std::string_view transfer_syntax) {
  const Pair pair(sop_class, transfer_syntax);
  if (const auto found = places_.find(pair); found != places_.end()) return found->second;
  std::size_t at = 0;
  std::vector<dimse::ContextWish> wanted;
  for (; at < assortments_.size(); ++at) {
    wanted = missing(assortments_[at], sop_class, transfer_syntax);
    if (assortments_[at].size() + wanted.size() <= kContextsMax) break;
  }
  if (at == assortments_.size()) {
    assortments_.emplace_back();
    wanted = missing({}, sop_class, transfer_syntax);
  }
  std::ranges::move(wanted, std::back_inserter(assortments_[at]));
  places_.emplace(pair, at);
  return at;
}

Route route_of(const dimse::Negotiated& agreed, std::string_view sop_class,
               const dicom::TransferSyntax& stored, const dicom::TransferSyntax* target) {
  if (target != nullptr && target->uid != stored.uid) {
    if (const dimse::Context* context = agreed.context_for(sop_class, target->uid))
      return {context, target, false};
    return {};
  }
  if (const dimse::Context* context = agreed.context_for(sop_class, stored.uid))
    return {context, &stored, true};
  for (const std::string_view native : kNative)
    if (const dimse::Context* context = agreed.context_for(sop_class, native))
      return {context, dicom::find_transfer_syntax(native), false};
  return {};
}

}  // namespace slipring::ingest::send
