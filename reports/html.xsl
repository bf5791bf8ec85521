<?xml version="1.0" encoding="UTF-8"?>
<!-- The run record as one page for people: the verdict, the stairway, the findings, the requirements,
     the schema, the plans and the environment.  It is whole in itself: html.css and html.js are put in, and
     the page's policy names their digests, so that nothing else is loaded or run.

     What comes from outside stands in bdi or in an element with dir="auto", so that no sign in it
     turns its neighbours round.  Everything is found by keys: a record may have 20,000 findings.
     Its parts are html-*.xsl. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:exsl="http://exslt.org/common" xmlns:set="http://exslt.org/sets"
                xmlns:pgs="urn:pgstair:report" exclude-result-prefixes="exsl set pgs">
  <xsl:include href="html-verdict.xsl"/>
  <xsl:include href="html-stairway.xsl"/>
  <xsl:include href="html-findings.xsl"/>
  <xsl:include href="html-schema.xsl"/>
  <xsl:include href="html-environment.xsl"/>
  <xsl:include href="html-words.xsl"/>
  <xsl:output method="html" encoding="UTF-8" indent="no"/>

  <xsl:variable name="record" select="/pgstair-record"/>
  <xsl:variable name="several" select="count(/pgstair-record/system) &gt; 1"/>

  <xsl:key name="by-system" match="finding" use="@system"/>
  <xsl:key name="by-status" match="finding" use="@status"/>
  <xsl:key name="by-system-status" match="finding" use="concat(@system, '&#10;', @status)"/>
  <xsl:key name="by-group" match="finding[@status = 'passed']"
           use="concat(@system, '&#10;', substring-before(concat(@check, '.'), '.'))"/>
  <xsl:key name="by-revision" match="finding[@revision]" use="concat(@system, '&#10;', @revision)"/>
  <xsl:key name="by-rung" match="finding[starts-with(@check, 'stairway.')]"
           use="concat(@system, '&#10;', @revision, '&#10;', @check)"/>
  <xsl:key name="by-object" match="finding[@object]" use="concat(@system, '&#10;', @object)"/>
  <xsl:key name="by-server" match="finding[@server]"
           use="concat(@system, '&#10;', @server, '&#10;', @status)"/>
  <xsl:key name="by-requirement" match="finding/requirement" use="concat(../@system, '&#10;', .)"/>
  <xsl:key name="requirement" match="system/requirement" use="concat(../@name, '&#10;', @id)"/>
  <xsl:key name="system" match="system" use="@name"/>
  <xsl:key name="id" match="id" use="@of"/>

  <!-- Ids for links, which are the same whenever the record is: generate-id() is not.  A finding's
       by generate-id(); a revision's, a requirement's and a system's by their names. -->
  <xsl:variable name="ids-made">
    <xsl:for-each select="$record/finding">
      <id of="{generate-id()}" is="f{position()}"/>
    </xsl:for-each>
    <id of="system&#10;" is="run"/>
    <xsl:for-each select="$record/system">
      <xsl:variable name="number" select="position()"/>
      <xsl:variable name="name" select="@name"/>
      <id of="system&#10;{@name}" is="s{$number}"/>
      <xsl:for-each select="requirement">
        <id of="requirement&#10;{$name}&#10;{@id}" is="s{$number}-q{position()}"/>
      </xsl:for-each>
      <xsl:for-each select="revision">
        <id of="revision&#10;{$name}&#10;{@label}" is="s{$number}-r{position()}"/>
      </xsl:for-each>
      <!-- A record of an older pgstair lists no revisions. -->
      <xsl:if test="not(revision)">
        <xsl:for-each select="set:distinct(key('by-system', @name)/@revision)">
          <id of="revision&#10;{$name}&#10;{.}" is="s{$number}-r{position()}"/>
        </xsl:for-each>
      </xsl:if>
    </xsl:for-each>
  </xsl:variable>
  <xsl:variable name="ids" select="exsl:node-set($ids-made)"/>

  <xsl:template name="id">
    <xsl:param name="of"/>
    <!-- key() looks into the document of the current node. -->
    <xsl:for-each select="$ids">
      <xsl:value-of select="key('id', $of)/@is"/>
    </xsl:for-each>
  </xsl:template>

  <!-- With xsltproc, which has no pgs:embedded(): xsltproc -stringparam css "$(cat html.css)". -->
  <xsl:param name="css">
    <xsl:if test="function-available('pgs:embedded')">
      <xsl:value-of select="pgs:embedded('html.css')"/>
    </xsl:if>
  </xsl:param>
  <xsl:param name="js">
    <xsl:if test="function-available('pgs:embedded')">
      <xsl:value-of select="pgs:embedded('html.js')"/>
    </xsl:if>
  </xsl:param>

  <xsl:template name="source">
    <xsl:param name="text"/>
    <xsl:choose>
      <xsl:when test="function-available('pgs:sha256')">
        <xsl:value-of select="concat(&quot;'sha256-&quot;, pgs:sha256(string($text)), &quot;'&quot;)"/>
      </xsl:when>
      <xsl:otherwise>'unsafe-inline'</xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="policy">
    <xsl:text>default-src 'none'; style-src </xsl:text>
    <xsl:call-template name="source">
      <xsl:with-param name="text" select="$css"/>
    </xsl:call-template>
    <xsl:text>; script-src </xsl:text>
    <xsl:call-template name="source">
      <xsl:with-param name="text" select="$js"/>
    </xsl:call-template>
    <xsl:text>; base-uri 'none'; form-action 'none'</xsl:text>
  </xsl:template>

  <xsl:template match="/">
    <xsl:text disable-output-escaping="yes">&lt;!DOCTYPE html&gt;&#10;</xsl:text>
    <xsl:apply-templates select="pgstair-record"/>
  </xsl:template>

  <xsl:template match="pgstair-record">
    <xsl:variable name="policy">
      <xsl:call-template name="policy"/>
    </xsl:variable>
    <html lang="en" class="{$verdict}">
      <head>
        <!-- The serializer wants the character set in this form, and first. -->
        <meta http-equiv="Content-Type" content="text/html; charset=UTF-8"/>
        <meta http-equiv="Content-Security-Policy" content="{$policy}"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <meta name="referrer" content="no-referrer"/>
        <meta name="generator" content="pgstair {@pgstair}"/>
        <title>
          <xsl:value-of select="concat($verdict-words, ': ')"/>
          <xsl:call-template name="page-subject"/>
          <xsl:text> – pgstair</xsl:text>
        </title>
        <style><xsl:value-of select="$css"/></style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the verdict</a>
        <xsl:call-template name="contents"/>
        <main id="main" tabindex="-1">
          <xsl:call-template name="verdict"/>
          <xsl:call-template name="stairway"/>
          <xsl:call-template name="findings"/>
          <xsl:call-template name="requirements"/>
          <xsl:call-template name="schema"/>
          <xsl:call-template name="plans"/>
          <xsl:call-template name="environment"/>
        </main>
        <footer>
          <p>
            <xsl:text>Made by pgstair </xsl:text>
            <bdi><xsl:value-of select="@pgstair"/></bdi>
            <xsl:text> from the run record. This page loads nothing and sends nothing.</xsl:text>
          </p>
        </footer>
        <script><xsl:value-of select="$js"/></script>
      </body>
    </html>
  </xsl:template>

  <!-- Whose page it is: the systems, as long as they fit a window's title. -->
  <xsl:template name="page-subject">
    <xsl:choose>
      <xsl:when test="count(system) &gt; 1">
        <xsl:value-of select="concat(substring(system/@name, 1, 20), ' and ', count(system) - 1, ' more')"/>
      </xsl:when>
      <xsl:when test="system"><xsl:value-of select="substring(system/@name, 1, 40)"/></xsl:when>
      <xsl:otherwise>no system</xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:variable name="has-plans" select="boolean(/pgstair-record/finding/plan)"/>

  <xsl:template name="contents">
    <header class="side">
      <p class="brand">
        <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
          <path d="M2 21h5v-5h5v-5h5V6h5" fill="none" stroke="currentColor" stroke-width="2.6"/>
        </svg>
        <xsl:text>pgstair</xsl:text>
      </p>
      <nav aria-label="Contents">
        <ul>
          <li><a href="#verdict">Verdict</a></li>
          <xsl:if test="system">
            <li><a href="#stairway">Stairway</a></li>
          </xsl:if>
          <li><a href="#findings">Findings</a></li>
          <xsl:if test="system/requirement">
            <li><a href="#requirements">Requirements</a></li>
          </xsl:if>
          <xsl:if test="system/schema">
            <li><a href="#schema">Schema</a></li>
          </xsl:if>
          <xsl:if test="$has-plans">
            <li><a href="#plans">Plans</a></li>
          </xsl:if>
          <li><a href="#environment">Environment</a></li>
        </ul>
      </nav>
    </header>
  </xsl:template>
</xsl:stylesheet>
