# What is installed beside the program, and the Debian package of it: `./run package`.
include(GNUInstallDirs)

set(CPACK_PACKAGE_CONTACT "Slipring <slipring@invalid>")
set(CPACK_DEBIAN_PACKAGE_RELEASE 0slipring1)  # older than any of Debian's own of that version

# Manual pages and completions are what the program itself says of its commands.
set(written ${CMAKE_BINARY_DIR}/package_files)
add_custom_target(package_files
  COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:slipring> -DINTO=${written}
    -DSOURCE=${CMAKE_SOURCE_DIR} -DCONTACT=${CPACK_PACKAGE_CONTACT}
    -DVERSION=${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}
    -P ${CMAKE_SOURCE_DIR}/engine/package_files.cmake
  DEPENDS slipring VERBATIM)

install(TARGETS slipring RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${written}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR})
install(FILES ${written}/bash DESTINATION share/bash-completion/completions RENAME slipring)
install(FILES ${written}/zsh DESTINATION share/zsh/vendor-completions RENAME _slipring)
install(FILES ${written}/fish DESTINATION share/fish/vendor_completions.d RENAME slipring.fish)
install(FILES ${written}/changelog.Debian.gz ${written}/copyright README.md
  DESTINATION share/doc/slipring)
install(FILES ${written}/CHANGELOG.md.gz DESTINATION share/doc/slipring RENAME changelog.gz)
install(FILES engine/cli/schema/slipring.schema.json DESTINATION share/slipring)
install(FILES engine/cli/systemd/slipring-validate@.service
  engine/cli/systemd/slipring-validate@.timer DESTINATION lib/systemd/system)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME slipring)
set(CPACK_PACKAGE_VENDOR Slipring)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "reads, validates, converts and proves DICOM archives")
set(CPACK_PACKAGE_DESCRIPTION
"Slipring reads a tree of DICOM files as hospitals have them, validates it,
writes it anew in another transfer syntax, proves that no bit of a pixel and
no element was lost, and sends it to a PACS.")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS libssl3)  # loaded at the first digest, so no linker tells of it
include(CPack)
