#include "engine/receive/negotiation.h"

#include <algorithm>
#include <array>

#include "engine/commitment/reports.h"
#include "engine/dicom/transfer_syntax.h"
#include "engine/dimse/service/verification.h"
#include "engine/receive/storage_classes.h"

namespace slipring::receive {

namespace {

// Uncompressed ones, the best first: explicit VR keeps what a sender knows of private elements.
constexpr std::array<std::string_view, 4> kNative = {
    "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2"};

bool is_native(std::string_view syntax) {
  return std::ranges::find(kNative, syntax) != kNative.end();
}

// "" when none of them is known.
std::string chosen(const std::vector<std::string>& proposed) {
  const auto first = std::ranges::find_if(proposed, [](const std::string& syntax) {
    return dicom::find_transfer_syntax(syntax) != nullptr;
  });
  if (first == proposed.end()) return {};
  if (!is_native(*first)) return *first;
  for (const std::string_view native : kNative)
    if (std::ranges::find(proposed, native) != proposed.end()) return std::string(native);
  return *first;
}

std::vector<std::string> known_syntaxes() {
  std::vector<std::string> known;
  for (const dicom::TransferSyntax& syntax : dicom::transfer_syntaxes())
    known.emplace_back(syntax.uid);
  return known;
}

bool is_stored(std::string_view sop_class, const AcceptOptions& options) {
  return is_storage_class(sop_class) || (options.private_classes && is_private_class(sop_class));
}

dimse::AcceptRules rules_for(const dimse::AssociateRequest& request, const AcceptOptions& options) {
  static const std::vector<std::string> known = known_syntaxes();
  dimse::AcceptRules rules;
  rules.ae_title = options.ae_title;
  rules.calling_ae = options.calling_ae;
  rules.max_pdu_bytes = options.max_pdu_bytes;
  rules.operations_max = options.operations_max;
  rules.classes.push_back(dimse::accepts_verification());
  if (options.commitment) rules.classes.push_back(commitment::accepted_class());
  for (const dimse::ProposedContext& context : request.contexts) {
    const std::string& uid = context.abstract_syntax;
    const bool is_new = std::ranges::find(rules.classes, uid, &dimse::AcceptedClass::sop_class) ==
                        rules.classes.end();
    if (is_new && is_stored(uid, options)) rules.classes.push_back({uid, known});
  }
  return rules;
}

}  // namespace

dimse::Answer answer(const dimse::AssociateRequest& request, const AcceptOptions& options) {
  dimse::Answer given = dimse::answer_by_rules(request, rules_for(request, options));
  auto* const accept = std::get_if<dimse::AssociateAccept>(&given);
  if (accept == nullptr) return given;
  for (dimse::AnsweredContext& context : accept->contexts) {
    if (context.result != dimse::ContextResult::Accepted) continue;
    const auto proposed =
        std::ranges::find(request.contexts, context.id, &dimse::ProposedContext::id);
    if (!is_stored(proposed->abstract_syntax, options)) continue;
    if (const std::string syntax = chosen(proposed->transfer_syntaxes); !syntax.empty())
      context.transfer_syntax = syntax;
  }
  return given;
}

}  // namespace slipring::receive
