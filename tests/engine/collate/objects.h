// Objects written by datasets/, scanned, made keys of and collated: as many as a test likes, each
// with its attributes changed at will.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "datasets/synthesize/object.h"
#include "datasets/writer/attributes.h"
#include "datasets/writer/element_writer.h"
#include "engine/collate/collate.h"
#include "engine/collate/take_keys.h"
#include "engine/dicom/digest.h"
#include "engine/scan/scan.h"

namespace slipring::testing {

namespace attributes = datasets::attributes;

inline constexpr datasets::Syntax kExplicit{"explicit-le", "1.2.840.10008.1.2.1"};
inline constexpr std::string_view kCtClass = "1.2.840.10008.5.1.4.1.1.2";

// Spills in memory.
class MemorySpills final : public dicom::SpillPlace {
 public:
  Result<std::unique_ptr<dicom::Spill>> create() override {
    ++made;
    return std::make_unique<MemorySpill>();
  }
  int made = 0;

 private:
  class MemorySpill final : public dicom::Spill {
   public:
    Result<void> append(Bytes bytes) override {
      bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
      return {};
    }
    Result<void> read(std::uint64_t offset, MutableBytes into) override {
      if (offset + into.size() > bytes_.size()) return fail(ErrorCode::Io, kNoOffset, "behind");
      std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
      return {};
    }

   private:
    std::vector<std::uint8_t> bytes_;
  };
};

// A CT slice: the `number`th of a series of one patient's study.
struct TestObject {
  std::string path;
  std::map<std::uint32_t, std::pair<datasets::Attribute, std::string>> values;
  std::vector<std::string> references;  // SOP Instance UIDs of CT images
  std::string uid;

  explicit TestObject(int number) : path("st/im" + std::to_string(number)) {
    uid = "1.2.840.99999.1.2.3." + std::to_string(number);
    set(attributes::SOPClassUID, std::string(kCtClass));
    set(attributes::SOPInstanceUID, uid);
    set(attributes::StudyDate, "20260102");
    set(attributes::ModalityText, "CT");
    set(attributes::Manufacturer, "Meridian Imaging");
    set(attributes::PatientName, "Okafor^Adaeze");
    set(attributes::PatientID, "SYN1");
    set(attributes::PatientBirthDate, "19700101");
    set(attributes::PatientSex, "F");
    set(attributes::BodyPartExamined, "CHEST");
    set(attributes::StudyInstanceUID, "1.2.840.99999.1.2");
    set(attributes::SeriesInstanceUID, "1.2.840.99999.1.2.3");
    set(attributes::InstanceNumber, std::to_string(number));
    set(attributes::ImagePositionPatient,
        "-100\\-100\\" + std::to_string(number * 5 / 2) + (number % 2 == 0 ? ".0" : ".5"));
    set(attributes::ImageOrientationPatient, "1\\0\\0\\0\\1\\0");
    set(attributes::FrameOfReferenceUID, "1.2.840.99999.1.9");
    set(attributes::PixelSpacing, "0.7\\0.7");
  }
  TestObject& at(std::string where) {
    path = std::move(where);
    return *this;
  }
  TestObject& set(const datasets::Attribute& attribute, std::string value) {
    if (attribute.tag == attributes::SOPInstanceUID.tag) uid = value;
    values.insert_or_assign(attribute.tag, std::pair(attribute, std::move(value)));
    return *this;
  }
  TestObject& refer(std::string to) {
    references.push_back(std::move(to));
    return *this;
  }

  [[nodiscard]] std::vector<std::uint8_t> bytes() const {
    std::vector<std::uint8_t> file;
    datasets::append_meta(std::string(kCtClass), uid, kExplicit.uid, true, file);
    datasets::ElementWriter writer(file, kExplicit);
    bool referred = references.empty();
    for (const auto& [tag, value] : values) {
      if (!referred && tag > attributes::ReferencedImageSequence.tag) {
        write_references(writer);
        referred = true;
      }
      writer.text(value.first, value.second);
    }
    return file;
  }

 private:
  void write_references(datasets::ElementWriter& writer) const {
    using Length = datasets::ElementWriter::Length;
    writer.begin_sequence(attributes::ReferencedImageSequence, Length::Undefined);
    for (const std::string& reference : references) {
      writer.begin_item(Length::Undefined);
      writer.text(attributes::ReferencedSOPClassUID, kCtClass);
      writer.text(attributes::ReferencedSOPInstanceUID, reference);
      writer.end_item();
    }
    writer.end_sequence();
  }
};

struct Told {
  std::string path;
  dicom::Finding finding;
};

// What collate says of files; and what is wrong with a DICOMDIR alone.
class Collation {
 public:
  explicit Collation(const collate::Limits& limits = {}) : collator_(spills_, limits) {}

  void add(const std::string& path, Bytes file, bool whole = true) {
    dicom::Scanned scanned;
    scan::scan(file, file.size(), {}, scanned);
    EXPECT_FALSE(scanned.error) << scanned.error->what;
    const Bytes content = file.subspan(scanned.data_set_begin);
    const auto hash = load_le<std::uint64_t>(dicom::xxh128(content).bytes.data());
    dicom::ObjectKeys keys;
    dicom::Findings own;
    collate::take_keys(scanned, path, {hash, whole}, keys, own);
    for (const dicom::Finding& finding : own.kept()) told_.push_back({path, finding});
    // As through the ledger.
    const auto kept = dicom::decode_keys(dicom::encode(keys));
    ASSERT_TRUE(kept.has_value());
    ASSERT_TRUE(collator_.add(path, *kept).has_value());
  }
  void add(const TestObject& object) { add(object.path, object.bytes()); }

  [[nodiscard]] const std::vector<Told>& judge() {
    const auto judged = collator_.judge([&](std::string_view path, const dicom::Finding& finding) {
      told_.push_back({std::string(path), finding});
    });
    EXPECT_TRUE(judged.has_value());
    return told_;
  }
  [[nodiscard]] int spills_made() const { return spills_.made; }

 private:
  MemorySpills spills_;
  collate::Collator collator_;
  std::vector<Told> told_;
};

}  // namespace slipring::testing
