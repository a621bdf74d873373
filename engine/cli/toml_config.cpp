#include "engine/cli/toml_config.h"

#include <toml++/toml.h>

#include <CLI/CLI.hpp>
#include <sstream>
#include <stdexcept>

namespace slipring::cli {

namespace {

std::string what_is_wrong(const toml::parse_error& error) {
  std::ostringstream text;
  text << error.description() << " (" << error.source().begin << ")";
  return text.str();
}

std::string text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  const auto* real = node.as_floating_point();
  if (real == nullptr) return {};  // a date: no option is one
  std::ostringstream text;
  text << real->get();
  return text.str();
}

class TomlConfig final : public CLI::Config {
 public:
  TomlConfig(const CLI::App& app, PeerTable& peers) : app_(app), peers_(peers) {}

  std::string to_config(const CLI::App*, bool, bool, std::string) const override { return {}; }

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::vector<CLI::ConfigItem> read;
    try {
      add(toml::parse(input), {}, read);
      take_peers(read);
      for (const CLI::ConfigItem& item : read) expect_option(item);
    } catch (const toml::parse_error& error) {
      throw CLI::ConfigError("--config: " + what_is_wrong(error));
    }
    return read;
  }

 private:
  // [peer.NAME] is no command's.
  void take_peers(std::vector<CLI::ConfigItem>& read) const {
    std::erase_if(read, [&](const CLI::ConfigItem& item) {
      if (item.parents.size() != 2 || item.parents[0] != "peer" || item.inputs.size() != 1)
        return false;
      peers_[item.parents[1]][item.name] = item.inputs[0];
      return true;
    });
  }

  // A word that is passed over in silence is an option that its writer believes in.
  void expect_option(const CLI::ConfigItem& item) const {
    const CLI::App* app = &app_;
    try {
      for (const std::string& parent : item.parents) app = app->get_subcommand(parent);
    } catch (const CLI::OptionNotFound& unknown) {
      throw CLI::ConfigError("--config: no command " + std::string(unknown.what()));
    }
    if (app->get_option_no_throw("--" + item.name) == nullptr &&
        app->get_option_no_throw(item.name) == nullptr)
      throw CLI::ConfigError("--config: '" + item.name + "' is no option of " + app->get_name());
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

  const CLI::App& app_;
  PeerTable& peers_;
};

void add_entries(const toml::table& table, const std::string& name, std::vector<TomlEntry>& into) {
  for (const auto& [key, node] : table) {
    const toml::table* inner = node.as_table();
    if (inner != nullptr && name.empty()) {
      add_entries(*inner, std::string(key.str()), into);
      continue;
    }
    if (!node.is_string() && !node.is_integer() && !node.is_boolean())
      throw std::runtime_error("'" + std::string(key.str()) + "' is no text, number or truth");
    into.push_back({name, std::string(key.str()), text_of(node)});
  }
}

}  // namespace

std::vector<TomlEntry> toml_entries(std::string_view text) {
  std::vector<TomlEntry> entries;
  try {
    add_entries(toml::parse(text), {}, entries);
  } catch (const toml::parse_error& error) {
    throw std::runtime_error(what_is_wrong(error));
  }
  return entries;
}

std::shared_ptr<CLI::Config> toml_config(const CLI::App& app, PeerTable& peers) {
  return std::make_shared<TomlConfig>(app, peers);
}

}  // namespace slipring::cli
