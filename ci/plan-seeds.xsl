<?xml version="1.0" encoding="UTF-8"?>
<!-- What ci/plan-seeds compares of a record: each plan finding's status, title and verdicts; no
     value, cost or count, which a seed may change. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text" encoding="UTF-8"/>

  <xsl:template match="/">
    <xsl:apply-templates select="//finding[@check = 'plan.query' or @check = 'plan.index']"/>
  </xsl:template>

  <xsl:template match="finding">
    <xsl:value-of select="concat(@system, ': ', @check, ': ', title, ': ', @status)"/>
    <xsl:call-template name="verdicts">
      <xsl:with-param name="text" select="detail"/>
    </xsl:call-template>
    <xsl:text>&#10;</xsl:text>
  </xsl:template>

  <!-- The words behind each "verdict: ". -->
  <xsl:template name="verdicts">
    <xsl:param name="text"/>
    <xsl:if test="contains($text, 'verdict: ')">
      <xsl:variable name="rest" select="substring-after($text, 'verdict: ')"/>
      <xsl:value-of select="concat(' ', substring-before(concat($rest, '&#10;'), '&#10;'))"/>
      <xsl:call-template name="verdicts">
        <xsl:with-param name="text" select="$rest"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:template>
</xsl:stylesheet>
