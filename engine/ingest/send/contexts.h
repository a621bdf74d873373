// Contexts: from what there is to send (SOP class, transfer syntax) to presentation contexts, and
// from what a peer accepted to how an object goes out. Pure.
//
// Each pair is proposed in a context of its own, so that the peer's choice is exact; each class
// also in native explicit and implicit little endian, which is what an object is decoded to for a
// peer that refuses its syntax (implicit is what every peer must take, PS3.5 10.1). Where all are
// to be made anew in one syntax, each class is proposed in that, too. An association
// has at most 128 contexts: pairs beyond go to further assortments, each an association of its own.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/dicom/transfer_syntax.h"
#include "engine/dimse/association/negotiation.h"

namespace slipring::ingest::send {

inline constexpr std::size_t kContextsMax = 128;  // ids are odd and fit a byte (PS3.8 9.3.2.2)

class ContextPlan {
 public:
  // `target`: the transfer syntax that every object is to be made anew in, proposed for each class
  // too; "" where they go as they are.
  explicit ContextPlan(std::string_view target = {}) : target_(target) {}

  // The assortment for objects of this class and syntax; the same pair gives the same one. It may
  // grow: an association that has fewer wishes than wishes() of its assortment is out of date.
  std::size_t place(const std::string& sop_class, std::string_view transfer_syntax);

  [[nodiscard]] std::size_t size() const { return assortments_.size(); }
  [[nodiscard]] const std::vector<dimse::ContextWish>& wishes(std::size_t assortment) const {
    return assortments_[assortment];
  }

 private:
  using Pair = std::pair<std::string, std::string>;
  [[nodiscard]] std::vector<dimse::ContextWish> missing(
      const std::vector<dimse::ContextWish>& there, const std::string& sop_class,
      std::string_view transfer_syntax) const;
  std::string target_;
  std::vector<std::vector<dimse::ContextWish>> assortments_;
  std::map<Pair, std::size_t, std::less<>> places_;
};

// How an object goes over an association.
struct Route {
  const dimse::Context* context = nullptr;        // null: the peer takes it in no way we may use
  const dicom::TransferSyntax* syntax = nullptr;  // the one it is sent in
  bool as_it_is = false;                          // its bytes as they are stored
};
// `target`: in this syntax and no other; null: as it is stored where the peer takes it so.
[[nodiscard]] Route route_of(const dimse::Negotiated& agreed, std::string_view sop_class,
                             const dicom::TransferSyntax& stored,
                             const dicom::TransferSyntax* target = nullptr);

}  // namespace slipring::ingest::send
