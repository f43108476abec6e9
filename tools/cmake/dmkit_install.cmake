# Installs libraries, headers, the CMake package (components client, mockserver and fixtures) and the pkg-config files.
include(CMakePackageConfigHelpers)
set(dmkit_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/dmkit")

# dmkit_install_component(component TARGETS … INCLUDES …)
function(dmkit_install_component component)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "TARGETS;INCLUDES")
  install(TARGETS ${arg_TARGETS} EXPORT dmkit_${component}
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT ${component}
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT ${component}
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT ${component})
  install(EXPORT dmkit_${component} NAMESPACE dmkit:: FILE dmkit-${component}-targets.cmake
    DESTINATION "${dmkit_package_dir}" COMPONENT ${component})
  foreach(include IN LISTS arg_INCLUDES)
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/${include}/dmkit" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
      COMPONENT ${component} FILES_MATCHING PATTERN "*.hpp")
  endforeach()
  configure_file("${PROJECT_SOURCE_DIR}/tools/cmake/dmkit-${component}.pc.in" "${PROJECT_BINARY_DIR}/dmkit-${component}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/dmkit-${component}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
    COMPONENT ${component})
endfunction()

dmkit_install_component(client
  TARGETS dmkit_wire dmkit_tls dmkit_json dmkit_asio dmkit_session dmkit_client
  INCLUDES client/wire/include client/include)
if(DMKIT_BUILD_MOCKSERVER)
  dmkit_install_component(mockserver TARGETS dmkit_mockserver INCLUDES mockserver/include)
endif()
if(DMKIT_BUILD_FIXTURES)
  dmkit_install_component(fixtures TARGETS dmkit_fixtures INCLUDES fixtures/include)
endif()

configure_package_config_file("${PROJECT_SOURCE_DIR}/tools/cmake/dmkit-config.cmake.in"
  "${PROJECT_BINARY_DIR}/dmkit-config.cmake" INSTALL_DESTINATION "${dmkit_package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/dmkit-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/dmkit-config.cmake" "${PROJECT_BINARY_DIR}/dmkit-config-version.cmake"
  DESTINATION "${dmkit_package_dir}" COMPONENT client)
if(DMKIT_BUILD_TOOLS)
  install(TARGETS dmkit_command RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT tools)
endif()
