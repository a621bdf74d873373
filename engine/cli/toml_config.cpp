#include "engine/cli/toml_config.h"

#include <toml++/toml.h>

#include <sstream>

namespace slipring::cli {

namespace {

class TomlConfig final : public CLI::Config {
 public:
  std::string to_config(const CLI::App*, bool, bool, std::string) const override { return {}; }

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::vector<CLI::ConfigItem> read;
    try {
      add(toml::parse(input), {}, read);
    } catch (const toml::parse_error& error) {
      std::ostringstream text;
      text << error.description() << " (" << error.source().begin << ")";
      throw CLI::ConversionError("--config", text.str());
    }
    return read;
  }

 private:
  static std::string text_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return std::to_string(number->get());
    if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    std::ostringstream text;
    text << node.as_floating_point()->get();
    return text.str();
  }

  static void add(const toml::table& table, const std::vector<std::string>& parents,
                  std::vector<CLI::ConfigItem>& into) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (const auto* inner = node.as_table()) {
        std::vector<std::string> below = parents;
        below.push_back(name);
        add(*inner, below, into);
        continue;
      }
      CLI::ConfigItem item;
      item.parents = parents;
      item.name = name;
      if (const auto* list = node.as_array())
        for (const toml::node& each : *list) item.inputs.push_back(text_of(each));
      else
        item.inputs.push_back(text_of(node));
      into.push_back(std::move(item));
    }
  }
};

}  // namespace

std::shared_ptr<CLI::Config> toml_config() { return std::make_shared<TomlConfig>(); }

}  // namespace slipring::cli
