// Whole print jobs against a printer in this process: what it is asked, in which order, and what
// becomes of images when it refuses, reports or goes away.
#include <gtest/gtest.h>

#include <map>
#include <mutex>

#include "engine/dimse/message/status.h"
#include "engine/dimse/service/server.h"
#include "engine/print/print.h"
#include "engine/query/answer.h"
#include "tests/engine/dimse/wire.h"
#include "tests/engine/scan/object_builder.h"

namespace slipring::print {
namespace {

using dicom::Tag;
using dicom::VR;
using dimse::Association;
using dimse::CommandField;
using dimse::Incoming;
using test::ObjectBuilder;

// Keeps what it is asked; `refused` has the statuses to answer the n-th command of a kind with.
class Printer {
 public:
  explicit Printer(bool colour = false) {
    dimse::ServerOptions options;
    options.address = "127.0.0.1";
    dimse::AcceptRules rules;
    rules.classes = {{std::string(colour ? classes::kColourMeta : classes::kGreyMeta),
                      {std::string(dimse::kExplicitLittleEndian)}}};
    dimse::Server::Work work;
    work.policy = [rules](const dimse::AssociateRequest& asked) {
      return dimse::answer_by_rules(asked, rules);
    };
    work.session = [this](Association& association) {
      return dimse::serve(association, [this](Association& on, const Incoming& incoming) {
        return answer(on, incoming);
      });
    };
    auto server = dimse::Server::start(options, std::move(work));
    EXPECT_TRUE(server.has_value());
    server_ = std::move(*server);
  }

  [[nodiscard]] Options options() const {
    Options options;
    options.peer = {"127.0.0.1", server_->port(), nullptr};
    options.timeouts = test::patient_timeouts();
    return options;
  }
  [[nodiscard]] std::string said() {
    const std::scoped_lock lock(mutex_);
    std::string all;
    for (const std::string& one : said_) all += one + " ";
    return all;
  }

  std::map<CommandField, std::map<int, std::uint16_t>> refused;
  bool reports = false;          // SUPPLY LOW before it answers an N-ACTION
  bool drops_on_action = false;  // goes away instead of answering
  unsigned boxes = 2;
  std::vector<std::vector<std::uint8_t>> images;  // data sets of N-SET

 private:
  static std::string word(const dimse::Command& command) {
    std::string what(dimse::name(command.field));
    what = what.substr(0, what.rfind('-'));
    const std::string& of = command.sop_class;
    return what + (of == classes::kFilmSession ? ":session"
                   : of == classes::kFilmBox   ? ":film"
                   : of == classes::kPrinter   ? ":printer"
                                               : ":box");
  }

  Result<void> answer(Association& on, const Incoming& incoming) {
    std::vector<std::uint8_t> data_set;
    if (incoming.command.has_data_set) {
      TRY_ASSIGN(data_set, on.gather_data(incoming, std::size_t{1} << 24));
    }
    const std::scoped_lock lock(mutex_);
    said_.push_back(word(incoming.command));
    const CommandField field = incoming.command.field;
    if (field == CommandField::NSetRq) images.push_back(data_set);
    if (field == CommandField::NActionRq && drops_on_action)
      return fail(ErrorCode::Io, kNoOffset, "gone");
    if (field == CommandField::NActionRq && reports) TRY(report(on, incoming));
    const auto& of_field = refused[field];
    const auto found = of_field.find(counts_[field]++);
    dimse::Command response = dimse::response_to(
        incoming.command, found == of_field.end() ? std::uint16_t{0} : found->second);
    const std::vector<std::uint8_t> attributes = attributes_of(incoming.command, response);
    response.has_data_set = !attributes.empty();
    const Bytes piece(attributes);
    return on.send(incoming.context_id, response, {&piece, attributes.empty() ? 0U : 1U});
  }

  std::vector<std::uint8_t> attributes_of(const dimse::Command& asked, dimse::Command& response) {
    if (asked.field == CommandField::NGetRq)
      return ObjectBuilder()
          .text(dicom::tags::Manufacturer, VR::LO, "Test")
          .text(Tag{0x2110, 0x0010}, VR::CS, "NORMAL")
          .take();
    if (asked.field != CommandField::NCreateRq) return {};
    response.sop_instance = "1.2.9." + std::to_string(++instances_);
    if (asked.sop_class != classes::kFilmBox) return {};
    ObjectBuilder items;
    for (unsigned i = 0; i < boxes; ++i) {
      ObjectBuilder item;
      item.text(Tag{0x0008, 0x1150}, VR::UI, classes::kGreyImageBox);
      item.text(Tag{0x0008, 0x1155}, VR::UI, response.sop_instance + "." + std::to_string(i + 1));
      items.item(static_cast<std::uint32_t>(item.size())).raw(item.bytes());
    }
    ObjectBuilder answer;
    answer.sequence(Tag{0x2010, 0x0510}, static_cast<std::uint32_t>(items.size()));
    return answer.raw(items.bytes()).take();
  }

  static Result<void> report(Association& on, const Incoming& incoming) {
    dimse::Command command = dimse::request(CommandField::NEventReportRq, on.next_message_id(),
                                            std::string(classes::kPrinter));
    command.sop_instance = std::string(classes::kPrinterInstance);
    command.event_type = 2;
    command.has_data_set = true;
    const auto data_set = ObjectBuilder().text(Tag{0x2110, 0x0020}, VR::CS, "SUPPLY LOW").take();
    const Bytes piece(data_set);
    TRY(on.send(incoming.context_id, command, {&piece, 1}));
    TRY_ASSIGN(const auto answered, on.receive(dimse::Milliseconds(60'000)));
    EXPECT_TRUE(answered && answered->command.status == dimse::statuses::kSuccess);
    return {};
  }

  std::mutex mutex_;
  std::vector<std::string> said_;
  std::map<CommandField, int> counts_;
  int instances_ = 0;
  std::unique_ptr<dimse::Server> server_;  // last: it ends before what it uses
};

Printable image(std::uint8_t value, bool colour = false) {
  Printable printable;
  printable.rows = 2;
  printable.columns = 2;
  printable.colour = colour;
  printable.photometric = colour ? "RGB" : "MONOCHROME2";
  printable.pixels.resize(colour ? 12 : 4);
  std::fill_n(printable.pixels.data(), printable.pixels.size(), value);
  return printable;
}

struct Job {
  std::vector<Fate> fates;
  std::vector<PrinterState> states;
  std::unique_ptr<Printing> printing;
  explicit Job(const Options& options) {
    auto opened = Printing::open(
        options, [this](const Fate& fate) { fates.push_back(fate); },
        [this](const PrinterState& state) { states.push_back(state); });
    EXPECT_TRUE(opened.has_value()) << opened.error().what;
    if (opened) printing = std::move(*opened);
  }
  Result<void> print(std::size_t count, bool colour = false) const {
    for (std::size_t i = 0; i < count; ++i)
      TRY(printing->add("image", i, image(static_cast<std::uint8_t>(i), colour)));
    return printing->finish();
  }
  [[nodiscard]] long printed() const {
    return std::ranges::count_if(fates, [](const Fate& fate) { return fate.printed; });
  }
};

Options two_a_film(const Printer& printer) {
  Options options = printer.options();
  options.film.columns = 2;
  return options;
}

TEST(PrintingTest, AFilmIsPrintedWhenItIsFullAndTheLastOneAtTheEnd) {
  Printer printer;
  const Job job(two_a_film(printer));
  ASSERT_TRUE(job.print(3).has_value());
  EXPECT_EQ(printer.said(),
            "N-CREATE:session N-CREATE:film N-SET:box N-SET:box N-ACTION:film N-DELETE:film "
            "N-CREATE:film N-SET:box N-ACTION:film N-DELETE:film N-DELETE:session ");
  ASSERT_EQ(job.printed(), 3);
  EXPECT_EQ(job.fates[1].position, 2U);
  EXPECT_EQ(job.fates[2].film, 2U);
  EXPECT_EQ(job.printing->films(), 2U);
  const auto last = query::Answer::read(printer.images[2], dimse::kExplicitLittleEndian);
  ASSERT_TRUE(last.has_value());
  const Tag path[] = {Tag{0x2020, 0x0110}, dicom::tags::PixelData};
  const dicom::Element* const pixels = last->find(path);
  ASSERT_NE(pixels, nullptr);
  EXPECT_EQ(test::copied(last->data_set().value(*pixels)), (std::vector<std::uint8_t>{2, 2, 2, 2}));
}

TEST(PrintingTest, ThePrinterSaysHowItIsWhenAskedAndByItself) {
  Printer printer;
  printer.reports = true;
  const Job job(two_a_film(printer));
  const auto state = job.printing->printer();
  ASSERT_TRUE(state.has_value());
  EXPECT_EQ(state->status, "NORMAL");
  EXPECT_EQ(state->manufacturer, "Test");
  ASSERT_TRUE(job.print(1).has_value());
  ASSERT_EQ(job.states.size(), 1U);
  EXPECT_EQ(job.states[0].status, "WARNING");
  EXPECT_EQ(job.states[0].info, "SUPPLY LOW");
  EXPECT_EQ(job.printed(), 1);
}

TEST(PrintingTest, AnImageThatIsRefusedLeavesItsPlaceToTheNext) {
  Printer printer;
  printer.refused[CommandField::NSetRq] = {{0, 0xC603}, {1, 0xB604}};
  const Job job(two_a_film(printer));
  ASSERT_TRUE(job.print(3).has_value());
  ASSERT_EQ(job.fates.size(), 3U);
  EXPECT_FALSE(job.fates[0].printed);
  EXPECT_EQ(job.fates[0].status, 0xC603);
  EXPECT_TRUE(job.fates[1].printed);
  EXPECT_EQ(job.fates[1].status, 0xB604);
  EXPECT_EQ(job.fates[1].position, 1U);
  EXPECT_EQ(job.fates[2].position, 2U);
  EXPECT_EQ(job.printing->warnings(), (std::vector<std::uint16_t>{0xB604}));
}

TEST(PrintingTest, AFilmThatIsNotPrintedFailsItsImagesAndTheNextOneIsTried) {
  Printer printer;
  printer.refused[CommandField::NActionRq] = {{0, 0xC602}};
  const Job job(two_a_film(printer));
  ASSERT_TRUE(job.print(3).has_value());
  EXPECT_EQ(job.printed(), 1);
  EXPECT_EQ(job.fates[0].status, 0xC602);
  EXPECT_TRUE(job.fates[2].printed);
}

TEST(PrintingTest, WithoutASessionOrAFilmTheJobEndsAndSaysWhy) {
  for (const int nth : {0, 1}) {
    Printer printer;
    printer.refused[CommandField::NCreateRq] = {{nth, 0x0106}};
    const Job job(two_a_film(printer));
    const auto done = job.print(3);
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().actual, 0x0106U);
    job.printing->give_up();
    ASSERT_EQ(job.fates.size(), 1U);
    EXPECT_FALSE(job.fates[0].printed);
  }
  Printer few;
  few.boxes = 1;
  const Job job(two_a_film(few));
  EXPECT_FALSE(job.print(1).has_value());
}

TEST(PrintingTest, APrinterThatGoesAwayLeavesNothingCalledPrinted) {
  Printer printer;
  printer.drops_on_action = true;
  const Job job(two_a_film(printer));
  EXPECT_FALSE(job.print(2).has_value());
  job.printing->give_up();
  EXPECT_EQ(job.fates.size(), 2U);
  EXPECT_EQ(job.printed(), 0);
}

TEST(PrintingTest, ColourGoesToAColourPrinterOnly) {
  Printer colour(true);
  Options options = two_a_film(colour);
  EXPECT_FALSE(Printing::open(options, [](const Fate&) {}).has_value());
  options.colour = true;
  const Job job(options);
  ASSERT_TRUE(job.print(2, true).has_value());
  EXPECT_EQ(job.printed(), 2);
  EXPECT_EQ(colour.images.size(), 2U);
}

}  // namespace
}  // namespace slipring::print
