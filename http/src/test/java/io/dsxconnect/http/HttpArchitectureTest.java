package io.dsxconnect.http;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The dependencies between the packages of this module. */
@AnalyzeClasses(
    packages = "io.dsxconnect.http",
    importOptions = ImportOption.DoNotIncludeTests.class)
class HttpArchitectureTest {
  private static final String HTTP = "io.dsxconnect.http.";

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices().matching("io.dsxconnect.http.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule tls_knows_neither_server_nor_client =
      noClasses()
          .that()
          .resideInAPackage(HTTP + "tls")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(HTTP + "server", HTTP + "client");

  @ArchTest
  static final ArchRule the_server_does_not_know_the_client =
      noClasses()
          .that()
          .resideInAPackage(HTTP + "server")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(HTTP + "client");

  @ArchTest
  static final ArchRule the_client_does_not_know_the_server =
      noClasses()
          .that()
          .resideInAPackage(HTTP + "client")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(HTTP + "server");
}
