<?xml version="1.0" encoding="UTF-8"?>
<!-- The run record as the report that signs a phase off: one page of HTML, for paper first.  It is
     made of the record alone (no clock, no machine), so that "pgstair report" with the option check
     can make it again and hold both against each other.  compliance-data.xsl adds what that reads.

     A run that failed, or has not all of its parts, says NOT VERIFIED on every page, and leaves no
     line to sign on. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:set="http://exslt.org/sets" xmlns:pgs="urn:pgstair:report"
                exclude-result-prefixes="set pgs">
  <xsl:include href="compliance-data.xsl"/>
  <xsl:include href="compliance-evidence.xsl"/>
  <xsl:include href="compliance-exceptions.xsl"/>
  <xsl:output method="html" encoding="UTF-8" indent="yes"/>

  <!-- Of one check's findings that serve a requirement, so many are listed by name. -->
  <xsl:variable name="listed" select="6"/>
  <!-- Of one check's skipped findings likewise. -->
  <xsl:variable name="listed-skipped" select="20"/>

  <xsl:key name="serving" match="finding/requirement"
           use="concat(../@system, '&#10;', ., '&#10;', ../@check)"/>
  <xsl:key name="by-check" match="finding" use="concat(@system, '&#10;', @check)"/>
  <xsl:key name="by-status" match="finding" use="concat(@system, '&#10;', @status)"/>

  <xsl:template match="/pgstair-record">
    <xsl:text disable-output-escaping="yes">&lt;!DOCTYPE html&gt;&#10;</xsl:text>
    <html lang="en">
      <xsl:call-template name="head"/>
      <body>
        <xsl:attribute name="class">
          <xsl:choose>
            <xsl:when test="$verified">passed</xsl:when>
            <xsl:otherwise>failed</xsl:otherwise>
          </xsl:choose>
        </xsl:attribute>
        <header>
          <h1>Compliance report: <xsl:call-template name="system-names"/></h1>
          <xsl:call-template name="verdict"/>
          <xsl:call-template name="overview"/>
        </header>
        <main>
          <h2 id="subject">1. What was verified</h2>
          <xsl:apply-templates select="system" mode="subject"/>
          <h2 id="requirements">2. Requirements, phase by phase</h2>
          <xsl:call-template name="requirements"/>
          <h2 id="evidence">3. Evidence</h2>
          <xsl:call-template name="evidence"/>
          <h2 id="exceptions">4. Accepted, tolerated, deferred, left out</h2>
          <xsl:apply-templates select="system" mode="exceptions"/>
          <h2 id="means">5. By which means</h2>
          <xsl:call-template name="means"/>
          <h2 id="record">6. The run record, and how to check this report</h2>
          <xsl:call-template name="check"/>
          <section class="signing" aria-labelledby="signatures">
            <h2 id="signatures">7. Signatures</h2>
            <xsl:call-template name="signatures"/>
          </section>
        </main>
        <xsl:call-template name="data"/>
      </body>
    </html>
    <xsl:text>&#10;</xsl:text>
  </xsl:template>

  <xsl:template name="head">
    <xsl:variable name="style">
      <xsl:if test="function-available('pgs:embedded')">
        <xsl:value-of select="pgs:embedded('compliance.css')"/>
      </xsl:if>
      <!-- On each sheet, whichever of them gets lost. -->
      <xsl:if test="not($verified)">
        <xsl:text>@page { @top-right { content: "NOT VERIFIED"; font: bold 9pt sans-serif; color: #a11212; } }&#10;</xsl:text>
      </xsl:if>
      <!-- Digests are hexadecimal digits: nothing to escape. -->
      <xsl:if test="source">
        <xsl:text>@page { @bottom-left { content: "Record SHA-256 </xsl:text>
        <xsl:value-of select="substring(source[1]/@sha256, 1, 16)"/>
        <xsl:text>…</xsl:text>
        <xsl:if test="count(source) &gt; 1"> and <xsl:value-of select="count(source) - 1"/> more</xsl:if>
        <xsl:text>"; font: 8pt sans-serif; color: #4a5160; } }&#10;</xsl:text>
      </xsl:if>
    </xsl:variable>
    <head>
      <xsl:if test="function-available('pgs:sha256')">
        <meta http-equiv="Content-Security-Policy"
              content="default-src 'none'; style-src 'sha256-{pgs:sha256(string($style))}'; base-uri 'none'; form-action 'none'"/>
      </xsl:if>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="generator" content="pgstair {$writer}"/>
      <title>
        <xsl:choose>
          <xsl:when test="$verified">Verified: </xsl:when>
          <xsl:otherwise>NOT VERIFIED: </xsl:otherwise>
        </xsl:choose>
        <xsl:text>compliance report of </xsl:text>
        <xsl:for-each select="system[position() &lt; 4]">
          <xsl:if test="position() &gt; 1">, </xsl:if>
          <xsl:value-of select="substring(@name, 1, 60)"/>
        </xsl:for-each>
        <xsl:if test="count(system) &gt; 3"> and <xsl:value-of select="count(system) - 3"/> more</xsl:if>
      </title>
      <style><xsl:value-of select="$style" disable-output-escaping="yes"/></style>
    </head>
  </xsl:template>

  <xsl:template name="system-names">
    <xsl:for-each select="system">
      <xsl:if test="position() &gt; 1">, </xsl:if>
      <bdi><xsl:value-of select="@name"/></bdi>
    </xsl:for-each>
    <xsl:if test="not(system)">no system</xsl:if>
  </xsl:template>

  <!-- ==== the verdict ==== -->

  <xsl:template name="verdict">
    <xsl:choose>
      <xsl:when test="$verified">
        <div class="verdict verified">
          <strong>VERIFIED</strong>
          <p>
            <xsl:call-template name="plural">
              <xsl:with-param name="n" select="count(finding[@status = 'passed'])"/>
              <xsl:with-param name="one">check passed</xsl:with-param>
              <xsl:with-param name="many">checks passed</xsl:with-param>
            </xsl:call-template>
            <xsl:text>, and nothing failed.</xsl:text>
          </p>
          <xsl:call-template name="caveats"/>
        </div>
      </xsl:when>
      <xsl:otherwise>
        <div class="verdict not-verified">
          <strong>NOT VERIFIED</strong>
          <p>This report signs nothing off:</p>
          <ul><xsl:call-template name="obstacles"/></ul>
        </div>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="obstacles">
    <xsl:if test="$failed">
      <li>
        <xsl:call-template name="plural">
          <xsl:with-param name="n" select="count($failed)"/>
          <xsl:with-param name="one">check failed, or could not be judged</xsl:with-param>
          <xsl:with-param name="many">checks failed, or could not be judged</xsl:with-param>
        </xsl:call-template>
      </li>
    </xsl:if>
    <xsl:if test="$unmet">
      <li>
        <xsl:call-template name="plural">
          <xsl:with-param name="n" select="count($unmet)"/>
          <xsl:with-param name="one">requirement is not met</xsl:with-param>
          <xsl:with-param name="many">requirements are not met</xsl:with-param>
        </xsl:call-template>
      </li>
    </xsl:if>
    <xsl:if test="shard">
      <li>
        <xsl:text>the run is incomplete: here </xsl:text>
        <xsl:choose>
          <xsl:when test="count(shard) = 1">is part </xsl:when>
          <xsl:otherwise>are parts </xsl:otherwise>
        </xsl:choose>
        <xsl:for-each select="shard">
          <xsl:if test="position() &gt; 1">, </xsl:if>
          <xsl:value-of select="@index"/>
        </xsl:for-each>
        <xsl:value-of select="concat(' of ', shard/@of)"/>
      </li>
    </xsl:if>
    <xsl:if test="not($judged)"><li>nothing was verified</li></xsl:if>
  </xsl:template>

  <!-- What whoever signs has to know beside the verdict. -->
  <xsl:template name="caveats">
    <xsl:variable name="unproven" select="system/requirement[@state != 'proven']"/>
    <xsl:variable name="dirty" select="system[git/@clean = 'false' or git/@clean = '0']"/>
    <xsl:variable name="endless" select="system/acceptance[not(@until) and @used &gt; 0]
                                         | system/tolerance[not(@until)]"/>
    <xsl:variable name="absent" select="system/server-run[not(@server-version)]"/>
    <xsl:variable name="given" select="system/revision[@given = 'true' or @given = '1']"/>
    <xsl:variable name="chosen" select="system/fact[@name = 'only' or @name = 'skip']"/>
    <xsl:variable name="skipped" select="finding[@status = 'skipped']"/>
    <xsl:if test="$chosen or $skipped or $unproven or $dirty or $endless or $given or $absent or system[not(git)] or finding[@status = 'warning']">
      <p>To be weighed before signing:</p>
      <ul>
        <xsl:if test="$unproven">
          <li>
            <xsl:call-template name="plural">
              <xsl:with-param name="n" select="count($unproven)"/>
              <xsl:with-param name="one">requirement is not proven</xsl:with-param>
              <xsl:with-param name="many">requirements are not proven</xsl:with-param>
            </xsl:call-template>
            <xsl:value-of select="concat(' (', count($unproven[deferred]), ' deferred): section 2')"/>
          </li>
        </xsl:if>
        <xsl:if test="$chosen">
          <li>not all checks were made, since others were chosen: section 4</li>
        </xsl:if>
        <xsl:if test="$skipped">
          <li>
            <xsl:call-template name="plural">
              <xsl:with-param name="n" select="count($skipped)"/>
              <xsl:with-param name="one">check was left out: section 4</xsl:with-param>
              <xsl:with-param name="many">checks were left out: section 4</xsl:with-param>
            </xsl:call-template>
          </li>
        </xsl:if>
        <xsl:if test="$dirty">
          <li>the work tree differed from its commit: section 1</li>
        </xsl:if>
        <xsl:if test="system[not(git)]">
          <li>no git commit is known for what was verified: only the files' digests tell</li>
        </xsl:if>
        <xsl:if test="$absent">
          <li>
            <xsl:text>not verified on servers that were not to be had: </xsl:text>
            <xsl:for-each select="set:distinct($absent/@server)">
              <xsl:if test="position() &gt; 1">, </xsl:if>
              <bdi><xsl:value-of select="."/></bdi>
            </xsl:for-each>
          </li>
        </xsl:if>
        <xsl:if test="$given">
          <li>
            <xsl:call-template name="plural">
              <xsl:with-param name="n" select="count($given)"/>
              <xsl:with-param name="one">revision was taken as given, and not judged: section 1</xsl:with-param>
              <xsl:with-param name="many">revisions were taken as given, and not judged: section 1</xsl:with-param>
            </xsl:call-template>
          </li>
        </xsl:if>
        <xsl:if test="$endless">
          <li>
            <xsl:call-template name="plural">
              <xsl:with-param name="n" select="count($endless)"/>
              <xsl:with-param name="one">exception has no end: section 4</xsl:with-param>
              <xsl:with-param name="many">exceptions have no end: section 4</xsl:with-param>
            </xsl:call-template>
          </li>
        </xsl:if>
        <xsl:if test="finding[@status = 'warning']">
          <li>
            <xsl:call-template name="plural">
              <xsl:with-param name="n" select="count(finding[@status = 'warning'])"/>
              <xsl:with-param name="one">warning: section 3</xsl:with-param>
              <xsl:with-param name="many">warnings: section 3</xsl:with-param>
            </xsl:call-template>
          </li>
        </xsl:if>
      </ul>
    </xsl:if>
  </xsl:template>

  <xsl:template name="overview">
    <dl>
      <dt>Verified on</dt>
      <dd><xsl:call-template name="started"/>, in <xsl:value-of select="format-number(@duration, '0.0')"/> s</dd>
      <xsl:if test="source">
        <dt>Run record</dt>
        <dd>
          <xsl:for-each select="source">
            <div><bdi><xsl:value-of select="@path"/></bdi>, SHA-256 <span class="digest"><xsl:value-of select="@sha256"/></span></div>
          </xsl:for-each>
        </dd>
      </xsl:if>
      <dt>Tool</dt>
      <dd>pgstair <xsl:value-of select="@pgstair"/></dd>
      <xsl:if test="system/@server-version">
        <dt>PostgreSQL</dt>
        <dd>
          <xsl:for-each select="set:distinct(system/@server-version)">
            <xsl:if test="position() &gt; 1">; </xsl:if>
            <bdi><xsl:value-of select="."/></bdi>
          </xsl:for-each>
        </dd>
      </xsl:if>
      <dt>Held to</dt>
      <dd>
        <xsl:text>every failure counts</xsl:text>
        <xsl:if test="$warnings-fail">, every warning too</xsl:if>
        <xsl:choose>
          <xsl:when test="$all-required">, and every requirement that is due and not proven</xsl:when>
          <xsl:otherwise>; a requirement that nothing proves is no failure</xsl:otherwise>
        </xsl:choose>
      </dd>
    </dl>
  </xsl:template>

  <xsl:template name="started">
    <time datetime="{/pgstair-record/@started}">
      <xsl:value-of select="concat(substring(/pgstair-record/@started, 1, 10), ' ',
                                   substring(/pgstair-record/@started, 12, 8), ' UTC')"/>
    </time>
  </xsl:template>

  <!-- ==== 1: what was verified ==== -->

  <xsl:template match="system" mode="subject">
    <section>
      <h3>System <bdi><xsl:value-of select="@name"/></bdi></h3>
      <dl>
        <dt>Folder</dt>
        <dd><code><bdi><xsl:value-of select="@folder"/></bdi></code></dd>
        <xsl:if test="@config">
          <dt>Project's file</dt>
          <dd><code><bdi><xsl:value-of select="@config"/></bdi></code></dd>
        </xsl:if>
        <xsl:if test="@format">
          <dt>Migrations of</dt>
          <dd><bdi><xsl:value-of select="@format"/></bdi><xsl:if test="format-reason">: <bdi><xsl:value-of select="format-reason"/></bdi></xsl:if></dd>
        </xsl:if>
        <dt>Revisions</dt>
        <dd><xsl:value-of select="@revisions"/></dd>
        <xsl:apply-templates select="." mode="git"/>
      </dl>
      <xsl:if test="revision">
        <section class="wide" tabindex="0" aria-label="Migration files of {@name}">
          <table>
            <caption>Migration files, base first</caption>
            <thead>
              <tr><th scope="col" class="w24">Revision</th><th scope="col">File</th><th scope="col" class="w8">Way</th><th scope="col" class="w36">SHA-256</th></tr>
            </thead>
            <tbody><xsl:apply-templates select="revision" mode="files"/></tbody>
          </table>
        </section>
      </xsl:if>
      <xsl:if test="file">
        <section class="wide" tabindex="0" aria-label="Other files of {@name}">
          <table>
            <caption>Other files that the verdict rests on</caption>
            <thead>
              <tr><th scope="col" class="w24">What</th><th scope="col">File</th><th scope="col" class="w36">SHA-256</th></tr>
            </thead>
            <tbody>
              <xsl:for-each select="file">
                <tr>
                  <td><bdi><xsl:value-of select="@role"/></bdi></td>
                  <td><code><bdi><xsl:value-of select="@path"/></bdi></code></td>
                  <td class="digest"><xsl:value-of select="@sha256"/></td>
                </tr>
              </xsl:for-each>
            </tbody>
          </table>
        </section>
      </xsl:if>
      <xsl:if test="not(revision/file)">
        <p class="warn">The record names no migration file: what was verified cannot be told from its digests.</p>
      </xsl:if>
    </section>
  </xsl:template>

  <xsl:template match="system" mode="git">
    <dt>Git commit</dt>
    <dd>
      <xsl:choose>
        <xsl:when test="git/@commit">
          <span class="digest"><xsl:value-of select="git/@commit"/></span>
          <xsl:if test="git/@branch">, branch <bdi><xsl:value-of select="git/@branch"/></bdi></xsl:if>
        </xsl:when>
        <xsl:when test="git">no commit yet</xsl:when>
        <xsl:otherwise><span class="warn">not known</span></xsl:otherwise>
      </xsl:choose>
    </dd>
    <xsl:if test="git">
      <dt>Work tree</dt>
      <dd>
        <xsl:choose>
          <xsl:when test="git/@clean = 'true' or git/@clean = '1'">clean: nothing differed from the commit</xsl:when>
          <xsl:otherwise>
            <span class="warn">NOT CLEAN</span>
            <xsl:value-of select="concat(': ', git/@dirty, ' differed from the commit')"/>
            <ul>
              <xsl:for-each select="git/dirty-file"><li><code><bdi><xsl:value-of select="."/></bdi></code></li></xsl:for-each>
              <xsl:if test="git/@dirty &gt; count(git/dirty-file)">
                <li>and <xsl:value-of select="git/@dirty - count(git/dirty-file)"/> more</li>
              </xsl:if>
            </ul>
          </xsl:otherwise>
        </xsl:choose>
      </dd>
    </xsl:if>
  </xsl:template>

  <xsl:template match="revision" mode="files">
    <xsl:variable name="revision" select="."/>
    <xsl:for-each select="file">
      <tr>
        <xsl:if test="position() = 1">
          <th scope="row">
            <xsl:if test="last() &gt; 1"><xsl:attribute name="rowspan"><xsl:value-of select="last()"/></xsl:attribute></xsl:if>
            <xsl:apply-templates select="$revision" mode="name"/>
          </th>
        </xsl:if>
        <td><code><bdi><xsl:value-of select="@path"/></bdi></code></td>
        <td><bdi><xsl:value-of select="@role"/></bdi></td>
        <td class="digest"><xsl:value-of select="@sha256"/></td>
      </tr>
    </xsl:for-each>
    <xsl:if test="not(file)">
      <tr>
        <th scope="row"><xsl:apply-templates select="." mode="name"/></th>
        <td colspan="3" class="warn">no file is known</td>
      </tr>
    </xsl:if>
  </xsl:template>

  <xsl:template match="revision" mode="name">
    <bdi><xsl:value-of select="@label"/></bdi>
    <xsl:if test="@repeatable = 'true' or @repeatable = '1'"> (repeatable)</xsl:if>
    <xsl:if test="@given = 'true' or @given = '1'"><span class="warn"> (given: not judged)</span></xsl:if>
  </xsl:template>

  <!-- ==== 6: the record ==== -->

  <xsl:template name="check">
    <p>All that this report says was worked out from the run record. Keep both files together; a
    signature belongs beside this one.</p>
    <xsl:choose>
      <xsl:when test="source">
        <p>To confirm that this report was made of that record, and that the migrations in a checkout
        are the ones that were verified, run in the repository's root:</p>
        <pre>
          <xsl:text>pgstair report --check COMPLIANCE-REPORT.html</xsl:text>
          <xsl:for-each select="source"><xsl:text> </xsl:text><bdi><xsl:value-of select="$quote"/><xsl:call-template name="shell"><xsl:with-param name="text" select="@path"/></xsl:call-template><xsl:value-of select="$quote"/></bdi></xsl:for-each>
        </pre>
        <p>To compare the digest by hand:</p>
        <pre><xsl:for-each select="source"><xsl:value-of select="@sha256"/><xsl:text>  </xsl:text><bdi><xsl:value-of select="@path"/></bdi><xsl:if test="position() != last()"><xsl:text>&#10;</xsl:text></xsl:if></xsl:for-each></pre>
      </xsl:when>
      <xsl:otherwise>
        <p class="warn">The record was not read from a file: this report cannot be held against one.</p>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- ==== 7: signatures ==== -->

  <xsl:template name="signatures">
    <xsl:choose>
      <xsl:when test="$verified">
        <p>With a signature each of these persons confirms to have read this report, its exceptions
        and what it says is to be weighed, and to sign off what section 1 names.</p>
        <table class="signatures">
          <caption>Signatures</caption>
          <thead>
            <tr><th scope="col" class="w24">Role</th><th scope="col" class="w28">Name</th><th scope="col" class="w16">Date</th><th scope="col">Signature</th></tr>
          </thead>
          <tbody>
            <tr><th scope="row">Verified by</th><td></td><td></td><td></td></tr>
            <tr><th scope="row">Reviewed by</th><td></td><td></td><td></td></tr>
            <tr><th scope="row">Signed off by (phase lead)</th><td></td><td></td><td></td></tr>
          </tbody>
        </table>
      </xsl:when>
      <xsl:otherwise>
        <p class="void">NOT VERIFIED: there is nothing to sign.</p>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- ==== small ones ==== -->

  <xsl:template name="plural">
    <xsl:param name="n"/>
    <xsl:param name="one"/>
    <xsl:param name="many"/>
    <xsl:value-of select="concat($n, ' ')"/>
    <xsl:choose>
      <xsl:when test="$n = 1"><xsl:value-of select="$one"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="$many"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
