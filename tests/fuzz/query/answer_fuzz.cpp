// Any bytes as an identifier that a peer gave: read or refused, and every value as text. The first
// byte chooses the transfer syntax.
#include "engine/query/answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipring;
  if (size == 0) return 0;
  constexpr std::string_view kSyntaxes[] = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1",
                                            "1.2.840.10008.1.2.2"};
  const std::string_view syntax = kSyntaxes[data[0] % std::size(kSyntaxes)];
  const Bytes identifier(data + 1, size - 1);
  const auto answer = query::Answer::read(identifier, syntax);
  if (!answer) return 0;
  std::size_t letters = 0;
  for (const dicom::Element& element : answer->data_set().tape())
    letters += answer->text(element).size();
  const dicom::Tag path[] = {dicom::Tag(0x0040, 0x0100), dicom::tags::Modality};
  if (const dicom::Element* const found = answer->find(path)) letters += found->length;
  (void)query::failed_instances(identifier, syntax);
  return letters == SIZE_MAX ? 1 : 0;
}
