// A scan in a series gives what a scan alone gives: of an object with any byte changed, any value
// longer or shorter, and of any head of it.
#include <array>
#include <random>
#include <utility>

#include "engine/scan/scan_in_series.h"
#include "tests/engine/scan/scan_fixture.h"

namespace slipring::test {
namespace {

namespace tags = dicom::tags;
using FileBytes = std::vector<std::uint8_t>;

// All that a scan says, a line each.
std::string said(const dicom::Scanned& scanned, Bytes bytes) {
  const auto place = [&](std::string_view text) {
    const auto* from = reinterpret_cast<const std::uint8_t*>(text.data());
    return text.empty() ? std::string("-") : std::to_string(from - bytes.data());
  };
  std::string text =
      std::string(dicom::name(scanned.kind)) + " " + place(scanned.transfer_syntax_uid) + "+" +
      std::to_string(scanned.transfer_syntax_uid.size()) + " " +
      std::string(scanned.declared != nullptr ? scanned.declared->uid : "-") + " " +
      std::string(scanned.actual != nullptr ? scanned.actual->uid : "-") + " " +
      std::to_string(scanned.data_set_begin) + " " + std::to_string(scanned.data_set_end) + " " +
      std::to_string(scanned.more_needed_bytes) + (scanned.stopped_early ? " early" : "") + "\n";
  if (scanned.error) text += std::string(scanned.error->what) + "\n";
  for (const dicom::Tape* tape : {&scanned.meta_tape, &scanned.tape})
    for (const dicom::Element& each : *tape)
      text += dicom::to_string(each.tag) + std::string(dicom::name(each.vr())) + " " +
              std::to_string(each.offset) + "+" + std::to_string(each.length) + " " +
              std::to_string(each.depth) + " " + std::to_string(each.header_code) + "\n";
  for (const dicom::Finding& each : scanned.findings.kept())
    text += dicom::to_string(each.rule) + dicom::letter(each.severity) + each.path + " @" +
            std::to_string(each.offset) + each.message + "\n";
  return text;
}

// That what is called the same is, and that what differs is named.
void expect_true_likeness(const dicom::Scanned& before, const dicom::Scanned& scanned) {
  ASSERT_EQ(before.tape.size(), scanned.tape.size());
  const auto& differing = scanned.likeness.data_set;
  std::size_t next = 0;
  for (std::size_t i = 0; i < scanned.tape.size(); ++i) {
    const dicom::Element& now = scanned.tape[i];
    const dicom::Element& then = before.tape[i];
    ASSERT_EQ(now.tag, then.tag);
    if (next < differing.size() && differing[next].entry == i) {
      EXPECT_EQ(differing[next++].length_before, then.length);
      continue;
    }
    if (dicom::is_container(scanned.tape, i)) continue;
    ASSERT_EQ(now.length, then.length);
    EXPECT_TRUE(std::ranges::equal(scanned.data_set().value(now), before.data_set().value(then)))
        << dicom::to_string(now.tag);
  }
  EXPECT_EQ(next, differing.size());
}

class Series : public ::testing::Test {
 protected:
  explicit Series() = default;

  void begin(const FileBytes& bytes, std::size_t head) {
    first_ = bytes;
    scan::scan(Bytes(first_).first(std::min(head, first_.size())), first_.size(), {}, before_);
    ASSERT_EQ(before_.more_needed_bytes, 0U);
    precedent_.keep(before_);
    ASSERT_NE(before_.likeness.number, 0U);
  }

  // Whether it is said to be like the first.
  bool same_alone(const FileBytes& bytes, std::size_t head, const std::string& what) {
    const Bytes given = Bytes(bytes).first(std::min(head, bytes.size()));
    dicom::Scanned alone;
    scan::scan(given, bytes.size(), {}, alone);
    scan::scan_in_series(given, bytes.size(), {}, std::array{&std::as_const(precedent_)}, scanned_);
    EXPECT_EQ(said(scanned_, given), said(alone, given)) << what;
    EXPECT_EQ(scanned_.likeness.number, 0U);
    if (scanned_.likeness.before == 0) return false;
    EXPECT_EQ(scanned_.likeness.before, before_.likeness.number);
    expect_true_likeness(before_, scanned_);
    return true;
  }

  FileBytes first_;
  dicom::Scanned before_;
  dicom::Scanned scanned_;
  dicom::Precedent precedent_;
};

struct Values {
  std::string_view instance = "1.2.3.4";
  std::string_view number = "17";
  std::string_view nested = "inner";
  std::string_view closed = "abcd";
  std::string_view position = "1\\2\\3";
  std::size_t pixel_bytes = 2000;
  std::string_view meta_instance = {};  // that of the data set where it is empty
};

// Sequences of undefined and of defined length, private elements, long headers.
FileBytes object(std::string_view syntax, const Values& values = {}) {
  ObjectBuilder builder;
  builder.preamble().meta(syntax, "1.2.840.10008.5.1.4.1.1.7",
                          values.meta_instance.empty() ? values.instance : values.meta_instance);
  builder.text(tags::SpecificCharacterSet, dicom::VR::CS, "ISO_IR 100");
  builder.text(tags::SOPClassUID, dicom::VR::UI, "1.2.840.10008.5.1.4.1.1.7");
  builder.text(tags::SOPInstanceUID, dicom::VR::UI, values.instance);
  builder.text(tags::Modality, dicom::VR::CS, "OT");
  builder.sequence(dicom::Tag(0x0008, 0x1140)).item();
  builder.text(dicom::Tag(0x0008, 0x0104), dicom::VR::LO, values.nested);
  builder.end_item().end_sequence();
  builder.text(tags::PatientID, dicom::VR::LO, "");
  ObjectBuilder inner;
  inner.encoding(syntax == kImplicitLittleUid ? Encoded::ImplicitLittle
                 : syntax == kExplicitBigUid  ? Encoded::ExplicitBig
                                              : Encoded::ExplicitLittle);
  inner.text(dicom::Tag(0x0008, 0x0104), dicom::VR::LO, values.closed);
  const auto item_bytes = static_cast<std::uint32_t>(inner.size());
  builder.sequence(dicom::Tag(0x0010, 0x1002), item_bytes + 8).item(item_bytes).raw(inner.take());
  builder.text(dicom::Tag(0x0019, 0x0010), dicom::VR::LO, "MAKER");
  builder.element(dicom::Tag(0x0019, 0x1001), dicom::VR::UN, "some bytes");
  builder.text(tags::InstanceNumber, dicom::VR::IS, values.number);
  builder.text(tags::ImagePositionPatient, dicom::VR::DS, values.position);
  builder.us(tags::Rows, 1).us(tags::PixelRepresentation, 0);
  builder.element(tags::PixelData, dicom::VR::OW, std::string(values.pixel_bytes, 'p'));
  return builder.take();
}

constexpr std::string_view kSyntaxes[] = {kImplicitLittleUid, kExplicitLittleUid, kExplicitBigUid};
constexpr std::size_t kHead = 1024;  // all but most of the pixels

TEST_F(Series, other_values_and_lengths_are_followed) {
  for (const std::string_view syntax : kSyntaxes) {
    const FileBytes right = object(syntax);
    ASSERT_GT(right.size(), kHead);
    for (const std::size_t head : {kHead, std::size_t{1} << 20}) {
      begin(right, head);
      const auto follows = [&](const Values& values) {
        return same_alone(object(syntax, values), head, std::string(syntax));
      };
      EXPECT_TRUE(follows({}));
      EXPECT_TRUE(follows({.number = "18"}));
      EXPECT_TRUE(follows({.number = "1800"}));
      EXPECT_TRUE(follows({.number = ""}));
      EXPECT_TRUE(follows({.instance = "1.2.3.5"}));
      EXPECT_TRUE(follows({.instance = "1.2.3.55", .number = "2", .position = "10\\20\\30"}));
      EXPECT_TRUE(follows({.nested = "another, longer"}));
      EXPECT_TRUE(follows({.closed = "efgh"}));
      EXPECT_TRUE(follows({.closed = "longer"}));  // by its tape: lengths around it are others
      EXPECT_TRUE(follows({.pixel_bytes = 3000}));
      EXPECT_TRUE(follows({.instance = "1.2.3.9", .meta_instance = "1.2.3.8"}));
      EXPECT_NE(said(scanned_, {}).find("L1-07"), std::string::npos);
      EXPECT_TRUE(follows({.instance = "1.2.3.9", .meta_instance = "1.2.3.4"}));
      EXPECT_NE(said(scanned_, {}).find("L1-07"), std::string::npos);
    }
  }
}

TEST_F(Series, any_byte_may_be_another) {
  constexpr std::uint8_t kOthers[] = {0, 1, 2, 3, 8, 0x20, '1', 'S', 'U', 0x7F, 0xE0, 0xFE, 0xFF};
  for (const std::string_view syntax : kSyntaxes) {
    const FileBytes right = object(syntax);
    begin(right, kHead);
    for (std::size_t at = 0; at < kHead; ++at)
      for (const std::uint8_t byte : kOthers) {
        FileBytes changed = right;
        changed[at] = byte;
        same_alone(changed, kHead, std::string(syntax) + " byte " + std::to_string(at));
      }
  }
}

TEST_F(Series, any_head_is_scanned_as_it_is_alone) {
  for (const std::string_view syntax : kSyntaxes) {
    begin(object(syntax), kHead);
    const FileBytes other = object(syntax, {.instance = "1.2.3.77", .nested = "inside"});
    for (std::size_t head = 0; head <= kHead; ++head)
      same_alone(other, head, std::string(syntax) + " head " + std::to_string(head));
    for (std::size_t size = kHead; size < other.size(); size += 97) {
      const FileBytes cut(other.begin(), other.begin() + static_cast<std::ptrdiff_t>(size));
      same_alone(cut, kHead, std::string(syntax) + " cut at " + std::to_string(size));
    }
  }
}

TEST_F(Series, bytes_may_be_taken_out_and_put_in_anywhere) {
  std::mt19937 random(11);
  for (const std::string_view syntax : kSyntaxes) {
    const FileBytes right = object(syntax);
    begin(right, kHead);
    for (std::size_t at = 132; at < kHead; ++at) {
      FileBytes changed = right;
      const auto place = changed.begin() + static_cast<std::ptrdiff_t>(at);
      const auto count = static_cast<std::ptrdiff_t>(random() % 4 * 2 + 2);
      if (random() % 2 == 0)
        changed.erase(place, place + count);
      else
        changed.insert(place, static_cast<std::size_t>(count), '1');
      same_alone(changed, kHead, std::string(syntax) + " at " + std::to_string(at));
    }
  }
}

// What was scanned by following is as good a precedent.
TEST_F(Series, a_long_series_is_followed_from_object_to_object) {
  begin(object(kImplicitLittleUid), kHead);
  std::mt19937 random(3);
  for (int i = 0; i < 200; ++i) {
    const std::string uid = "1.2.3." + std::to_string(random() % 2000);
    const std::string number = std::to_string(i);
    const FileBytes bytes =
        object(kImplicitLittleUid,
               {.instance = uid, .number = number, .nested = random() % 2 == 0 ? "a" : "bcdef"});
    EXPECT_TRUE(same_alone(bytes, kHead, number));
    first_ = bytes;
    scan::scan_in_series(Bytes(first_).first(kHead), first_.size(), {},
                         std::array{&std::as_const(precedent_)}, before_);
    precedent_.keep(before_);
  }
}

TEST_F(Series, the_precedent_that_an_object_is_like_is_named) {
  const std::array others = {object(kImplicitLittleUid), object(kExplicitLittleUid)};
  std::array<dicom::Precedent, 2> kept = {dicom::Precedent(1), dicom::Precedent(2)};
  const std::array precedents = {&std::as_const(kept[0]), &std::as_const(kept[1])};
  std::array<std::uint64_t, 2> numbers{};
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(scan::scan_in_series(others[i], others[i].size(), {}, precedents, scanned_), 2U);
    kept[i].keep(scanned_);
    numbers[i] = scanned_.likeness.number;
  }
  EXPECT_NE(numbers[0], numbers[1]);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(scan::scan_in_series(others[i], others[i].size(), {}, precedents, scanned_), i);
    EXPECT_EQ(scanned_.likeness.before, numbers[i]);
  }
}

// Fragments are not kept: they are among what cannot be told to be the same.
TEST_F(Series, what_has_findings_or_fragments_is_compared_by_its_tape) {
  ObjectBuilder builder;
  const auto make = [&](std::string_view value, bool odd) {
    ObjectBuilder one;
    one.preamble().meta(kRleUid).text(tags::SOPInstanceUID, dicom::VR::UI, "1.2.3.4");
    if (odd) one.header(tags::PatientID, dicom::VR::LO, 3).raw("odd");
    one.text(tags::InstanceNumber, dicom::VR::IS, value);
    one.header(tags::PixelData, dicom::VR::OB, dicom::kUndefinedLength).fragment("");
    return one.fragment("pixels").end_sequence().take();
  };
  const auto differing = [&] {
    std::vector<std::string> paths;
    for (const auto& each : scanned_.likeness.data_set)
      paths.push_back(scanned_.data_set().path_of(each.entry));
    return paths;
  };
  for (const bool odd : {false, true}) {
    const FileBytes right = make("1", odd);
    begin(right, right.size());
    EXPECT_TRUE(same_alone(make("2", odd), right.size(), "another"));
    const std::vector<std::string> other = {"(0020,0013)", "(7FE0,0010)[2]"};
    EXPECT_EQ(differing(), other);
    EXPECT_TRUE(same_alone(right, right.size(), "the same"));
    EXPECT_EQ(differing(), std::vector{other.back()});
  }
}

}  // namespace
}  // namespace slipring::test
